// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cache_walk.hpp"
#include "cycles.hpp"
#include "payload.hpp"
#include "samples.hpp"

#include <egret/burst_output.hpp>
#include <egret/crypto/aead.hpp>

#include <rte_mbuf.h>
#include <rte_mempool.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <tl/expected.hpp>

namespace egret::bench {

/// The AEAD alone, as the pipeline calls it: bursts of 32 messages of one session, in place, in packet buffers of the same
/// pool. What is opened must be what was sealed.
class RawAead {
  public:
    RawAead(rte_mempool* pool, const crypto::AeadBackend& backend, Payload payload);

    /// Before each burst the caches are made cold from now on.
    void make_cold(CacheWalk& caches) { caches_ = &caches; }

    /// Seals and opens kGroup messages and adds a sample to both series if `measured`. Error: a message did not open, or
    /// came out different.
    [[nodiscard]] tl::expected<void, std::string> lap(bool measured);

    [[nodiscard]] const Samples& sealing() const noexcept { return sealing_; }

    [[nodiscard]] const Samples& opening() const noexcept { return opening_; }

  private:
    void fill(std::span<rte_mbuf* const> packets) const;
    [[nodiscard]] bool unchanged(std::span<rte_mbuf* const> packets) const;
    void seal(std::span<rte_mbuf* const> packets);
    [[nodiscard]] bool open(std::span<rte_mbuf* const> packets);
    /// Of the burst that begins with packet `first` of a lap; `tag` bytes are added to each size.
    [[nodiscard]] std::array<crypto::AeadJob, kBurstSize>
    jobs(std::span<rte_mbuf* const> packets, size_t first, size_t tag) noexcept;
    void before_burst();

    rte_mempool* pool_;
    const crypto::AeadBackend& backend_;
    crypto::AeadKey key_;
    Payload payload_;
    CacheWalk* caches_ = nullptr;
    uint64_t counter_ = 0;
    Stopwatch watch_;
    uint64_t seal_cycles_ = 0;  ///< of this lap
    uint64_t open_cycles_ = 0;
    Samples sealing_;
    Samples opening_;
};

}  // namespace egret::bench
