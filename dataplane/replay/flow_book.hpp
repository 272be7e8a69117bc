// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "identity.hpp"

#include <egret/api/events.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>

namespace egret::replay {

/// One flow of the capture, with what became of it.
struct BookedFlow {
    FlowKey key;  ///< as packets from the LAN carry it; zone: VLAN id
    uint64_t first_ns = 0;
    uint64_t last_ns = 0;
    uint64_t packets_out = 0;  ///< from the LAN
    uint64_t packets_in = 0;
    uint64_t bytes_out = 0;  ///< IP bytes
    uint64_t bytes_in = 0;
    uint8_t dscp = 0;  ///< of the first packet
    uint8_t fin_seen = 0;
    bool closed = false;
    bool over = false;  ///< its record may be written

    bool tunnelled = false;  ///< the branch opened a tunnel flow for it
    bool arrived = false;    ///< a packet of it left towards its destination: presented, or direct
    api::DropReason drop_reason = api::DropReason::count;  ///< of the first packet that was dropped
    uint16_t peer = api::kNone;
    api::IpAddress origin;
    api::NameSource name_source = api::NameSource::none;
    std::string server_name;
    bool named_late = false;  ///< by a ClientHello, after the path was chosen
    api::Endpoint
        presented;  ///< what the service sees as client; absent until a packet was presented

    [[nodiscard]] api::Verdict verdict() const noexcept;
};

/// The flows of a capture, as contract section 5 defines them, from first frame to record. Memory holds the living flows
/// and those that wait for an older one's record: records come out in the order of first frames.
class FlowBook {
  public:
    using Sink = std::function<void(const BookedFlow&)>;

    explicit FlowBook(Sink sink)
        : sink_(std::move(sink)) {}

    /// The flow of one frame, opened if it is new: unknown, silent for too long, or a SYN on a closed one. nullptr if the
    /// frame belongs to no flow. `opened` says which. Valid until `expire`.
    BookedFlow* book(
        std::span<const uint8_t> frame,
        const PacketMeta& meta,
        Direction direction,
        uint64_t time_ns,
        bool& opened
    );

    /// The living flow with this key, or nullptr.
    [[nodiscard]] BookedFlow* find(const FlowKey& key);

    /// Takes what the branch says about a flow: what it decided, and what it learned of its name.
    void note(const api::Event& event);

    /// Writes the records of flows that are over by `now_ns`, as far as order allows.
    void expire(uint64_t now_ns);

    /// Writes all records that are left.
    void finish();

  private:
    [[nodiscard]] BookedFlow& open(const FlowKey& key, uint64_t time_ns, uint8_t dscp);
    void write_front();

    Sink sink_;
    FlowIdentifier identifier_;
    std::deque<BookedFlow> flows_;  ///< in order of first frame; front is flow number first_number_
    uint64_t first_number_ = 0;
    std::unordered_map<FlowKey, uint64_t, KeyHash> number_of_key_;
    uint64_t swept_ns_ = 0;
};

}  // namespace egret::replay
