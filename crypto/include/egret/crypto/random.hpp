// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/secret.hpp>

#include <cstdint>
#include <span>

namespace egret::crypto {

/// Where keys, nonces and indexes come from. Passed in wherever randomness is needed, so that a
/// replay can be repeated to the byte. Threads: one owner, no locking.
class Random {
  public:
    using Seed = Secret<32>;

    /// The operating system's source. The process ends if there is none.
    [[nodiscard]] static Random system() noexcept;

    /// A stream that is the same for the same seed and calls: call n (from 0) is the ChaCha20
    /// keystream of the seed with nonce n. Only `replay` may use this; live keys never come from
    /// it.
    [[nodiscard]] static Random seeded(Seed seed) noexcept;

    void fill(std::span<std::byte> out) noexcept;

    [[nodiscard]] uint32_t next_u32() noexcept;

    /// Uniform over [0, bound), for jitter; the bias is below 2^-32. `bound` must not be 0.
    [[nodiscard]] uint64_t below(uint32_t bound) noexcept;

  private:
    Random(bool is_seeded, Seed seed) noexcept;

    bool is_seeded_;
    Seed seed_;
    uint64_t calls_ = 0;
};

}  // namespace egret::crypto
