// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "names/client_hello.hpp"

#include <egret/api/events.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace egret::names {

/// Collects the first bytes of TCP client streams until their ClientHello is complete.
///
/// Most ClientHellos come in one segment and never touch the pool. The rest take one of a fixed number of buffers; where
/// all are taken, the one taken first is given to the newcomer, whose predecessor then goes without a name. Nobody waits
/// for the answer: packets are only looked at.
///
/// Threads: one owner, the worker that owns the flows. Cost: allocates at construction only.
class HelloAssembler {
  public:
    /// Makes room for `n_streams` streams at a time, kMaxClientHelloSize bytes each.
    explicit HelloAssembler(size_t n_streams = 256);

    /// Looks at one segment a client sent.
    ///
    /// `flow` is the caller's number of the flow, unique among the living. `sequence` is the sequence number of
    /// `payload`'s first byte (that of a SYN plus one). The first segment with payload counts as the start of the
    /// stream. Retransmissions and overlaps are understood; a gap, or a retransmission that says something else, ends the
    /// attempt with `none`: what the server makes of it would be a guess.
    ///
    /// On `need_more` pass the flow's next segment; on `name` and `none` the flow is done and holds nothing here.
    /// `name` is set with HelloStatus::name only.
    [[nodiscard]] HelloStatus
    add(uint64_t flow, uint32_t sequence, std::span<const uint8_t> payload, api::ServerName& name
    ) noexcept;

    /// Lets go of a flow that ended before its answer. No effect on a flow that holds nothing.
    void forget(uint64_t flow) noexcept;

    /// Streams being collected.
    [[nodiscard]] size_t n_held() const noexcept;

  private:
    struct Stream {
        uint64_t taken = 0;  ///< order of taking; 0: free
        uint64_t flow = 0;
        uint32_t first_sequence = 0;
        uint32_t size_bytes = 0;
    };

    [[nodiscard]] Stream* find(uint64_t flow) noexcept;
    [[nodiscard]] std::span<uint8_t> buffer_of(const Stream& stream) noexcept;
    [[nodiscard]] bool
    append(Stream& stream, uint32_t sequence, std::span<const uint8_t> payload) noexcept;
    void start(uint64_t flow, uint32_t sequence, std::span<const uint8_t> payload) noexcept;

    std::vector<Stream> streams_;
    std::vector<uint8_t> bytes_;  ///< stream i: from i * kMaxClientHelloSize
    uint64_t n_taken_ = 0;
};

}  // namespace egret::names
