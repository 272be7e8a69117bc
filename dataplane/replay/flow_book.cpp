// SPDX-License-Identifier: Apache-2.0
#include "flow_book.hpp"

#include "stages/wire.hpp"

namespace egret::replay {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;
// Contract section 5. What is neither TCP nor UDP is treated as UDP.
constexpr uint64_t kTcpIdle = 3600 * kSecond;
constexpr uint64_t kOtherIdle = 120 * kSecond;
constexpr uint64_t kSweepInterval = kSecond;

bool is_idle(const BookedFlow& flow, uint64_t now_ns) noexcept {
    return now_ns > flow.last_ns + (flow.key.protocol == wire::kTcp ? kTcpIdle : kOtherIdle);
}

bool is_opening(const PacketMeta& meta) noexcept {
    return meta.kind == PacketKind::transport &&
           (meta.tcp_flags & (wire::kTcpSyn | wire::kTcpAck)) == wire::kTcpSyn;
}

void count_frame(BookedFlow& flow, const PacketMeta& meta, bool out, uint64_t time_ns) noexcept {
    flow.last_ns = time_ns;
    (out ? flow.packets_out : flow.packets_in) += 1;
    (out ? flow.bytes_out : flow.bytes_in) += meta.ip_size;
    if (meta.kind == PacketKind::transport &&
        (meta.tcp_flags & (wire::kTcpFin | wire::kTcpRst)) != 0) {
        flow.fin_seen |= out ? Flow::kFinForward : Flow::kFinReverse;
        flow.closed = (meta.tcp_flags & wire::kTcpRst) != 0 ||
                      flow.fin_seen == (Flow::kFinForward | Flow::kFinReverse);
    }
}

}  // namespace

api::Verdict BookedFlow::verdict() const noexcept {
    if (drop_reason != api::DropReason::count && !arrived) {
        return api::Verdict::drop;
    }
    return tunnelled ? api::Verdict::tunnel : api::Verdict::direct;
}

BookedFlow* FlowBook::book(
    std::span<const uint8_t> frame,
    const PacketMeta& meta,
    Direction direction,
    uint64_t time_ns,
    bool& opened
) {
    opened = false;
    const auto key = identifier_.identify(frame, meta, direction);
    if (!key) {
        return nullptr;
    }
    BookedFlow* flow = find(*key);
    if (flow != nullptr && (is_idle(*flow, time_ns) || (flow->closed && is_opening(meta)))) {
        flow->over = true;
        number_of_key_.erase(*key);
        flow = nullptr;
    }
    if (flow == nullptr) {
        flow = &open(*key, time_ns, static_cast<uint8_t>(meta.traffic_class >> 2));
        opened = true;
    }
    count_frame(*flow, meta, direction == Direction::client, time_ns);
    return flow;
}

BookedFlow* FlowBook::find(const FlowKey& key) {
    const auto found = number_of_key_.find(key);
    return found == number_of_key_.end() ? nullptr : &flows_[found->second - first_number_];
}

BookedFlow& FlowBook::open(const FlowKey& key, uint64_t time_ns, uint8_t dscp) {
    number_of_key_[key] = first_number_ + flows_.size();
    BookedFlow& flow = flows_.emplace_back();
    flow.key = key;
    flow.first_ns = time_ns;
    flow.dscp = dscp;
    return flow;
}

void FlowBook::note(const api::Event& event) {
    const FlowKey key{
        .source = event.source.bytes,
        .destination = event.destination.bytes,
        .source_port = event.source_port,
        .destination_port = event.destination_port,
        .zone = event.vlan,
        .protocol = event.protocol,
        .family = event.source.family,
    };
    BookedFlow* flow = find(key);
    if (flow == nullptr) {
        return;
    }
    const bool opened = event.kind == api::EventKind::flow_opened;
    const bool named = event.kind == api::EventKind::flow_named;
    if (opened) {
        flow->tunnelled = event.verdict == api::Verdict::tunnel;
        flow->peer = event.peer;
        flow->origin = event.origin;
    }
    if ((opened || named) && event.name_source != api::NameSource::none) {
        flow->name_source = event.name_source;
        flow->server_name = event.server_name.view();
        flow->named_late = named;
    }
}

void FlowBook::expire(uint64_t now_ns) {
    if (now_ns < swept_ns_ + kSweepInterval) {
        return;
    }
    swept_ns_ = now_ns;
    // Only the front can be written; what is over behind it is found when its turn comes.
    while (!flows_.empty() && (flows_.front().over || is_idle(flows_.front(), now_ns))) {
        write_front();
    }
}

void FlowBook::finish() {
    while (!flows_.empty()) {
        write_front();
    }
}

void FlowBook::write_front() {
    const BookedFlow& flow = flows_.front();
    sink_(flow);
    if (const auto known = number_of_key_.find(flow.key);
        known != number_of_key_.end() && known->second == first_number_) {
        number_of_key_.erase(known);
    }
    flows_.pop_front();
    ++first_number_;
}

}  // namespace egret::replay
