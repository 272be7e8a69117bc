// SPDX-License-Identifier: Apache-2.0
// A replay, frame by frame: capture -> direction -> flow -> burst -> laboratory -> comparison.
#include "replay.hpp"

#include "checksums.hpp"
#include "laboratory.hpp"
#include "return_check.hpp"
#include "stages/parse.hpp"

#include <algorithm>
#include <utility>

namespace egret::replay {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;
/// Timers run each second of the capture's clock; a longer gap than this runs them once.
constexpr uint64_t kTickInterval = kSecond;
constexpr uint64_t kLongGap = 3600 * kSecond;
/// Frames of one burst lie at most this far apart: a node gets one time per burst.
constexpr uint64_t kBurstSpan = kSecond / 100;
constexpr uint64_t kProgressInterval = 1 << 16;
/// Ethernet, two VLAN tags and the largest IP packet: a capture may claim that a frame had more.
constexpr uint32_t kLargestFrame = 14 + 2 * 4 + 65'535;

/// One frame that waits in the burst being collected.
struct Pending {
    rte_mbuf* packet = nullptr;
    FrameTag tag;
};

}  // namespace

struct Replay::Implementation final : Observer {
    Implementation(const Setup& setup, Outputs where)
        : gateways(setup.gateways),
          outputs(std::move(where)),
          book([this](const BookedFlow& flow) {
              returns.flow_over(flow);
              outputs.flow(flow);
          }),
          returns(counts, outputs.difference) {
        for (const auto& [end, tables] :
             {std::pair(End::branch, &setup.branch), std::pair(End::edge, &setup.edge)}) {
            for (const api::Peer& peer : tables->peers) {
                peers.emplace_back(end, peer.slot);
            }
        }
    }

    // The way of a frame, in order.
    void take(const Frame& frame, Control& control);
    void advance(uint64_t time_ns, Control& control);
    std::span<const uint8_t> filled_up(const Frame& frame);
    bool carried(const Frame& frame);
    void collect(const Frame& frame, const FrameTag& tag);
    void flush(Control& control);
    void deliver_clients();
    void deliver_servers();
    void settle(Control& control);
    void give_up_waiting(Control& control);

    // What comes back.
    void left_branch_outside(const FrameTag& tag, std::span<const uint8_t> frame, bool to_edge)
        override;
    void left_branch_inside(const FrameTag& tag, std::span<const uint8_t> frame) override;
    void left_edge_inside(const FrameTag& tag, std::span<const uint8_t> frame) override;

    void handshake_to_branch(std::span<const uint8_t> frame) override {
        outputs.wan.write(now_ns, frame);
    }

    void dropped(const FrameTag& tag, api::DropReason reason) override;

    [[nodiscard]] bool room_for(const FrameTag& tag) const noexcept;

    std::vector<MacAddress> gateways;
    std::vector<std::pair<End, uint16_t>> peers;  ///< node, slot
    Outputs outputs;
    FlowBook book;
    std::unique_ptr<Laboratory> laboratory;
    Counts counts;
    ReturnCheck returns;
    uint64_t now_ns = 0;
    uint64_t next_tick_ns = 0;
    std::vector<uint8_t> filled;  ///< of filled_up
    std::array<Pending, kBurstSize> pending;
    uint16_t n_pending = 0;
};

Replay::Replay(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

Replay::~Replay() = default;

tl::expected<std::unique_ptr<Replay>, std::string> Replay::create(Setup setup, Outputs outputs) {
    auto implementation = std::make_unique<Implementation>(setup, std::move(outputs));
    auto laboratory = Laboratory::create(std::move(setup), *implementation);
    if (!laboratory) {
        return tl::unexpected(laboratory.error());
    }
    implementation->laboratory = std::move(*laboratory);
    return std::unique_ptr<Replay>(new Replay(std::move(implementation)));
}

tl::expected<Counts, std::string> Replay::run(CaptureReader& capture, Control& control) {
    Implementation& replay = *implementation_;
    Frame frame;
    while (true) {
        const auto more = capture.next(frame);
        if (!more) {
            return tl::unexpected(more.error());
        }
        if (!*more) {
            break;
        }
        replay.take(frame, control);
    }
    replay.flush(control);
    replay.give_up_waiting(control);
    for (const End end : {End::branch, End::edge}) {
        while (replay.laboratory->node(end).close_flows(replay.now_ns) > 0) {
            replay.settle(control);
        }
    }
    replay.settle(control);
    replay.book.finish();
    if (!replay.laboratory->conserved()) {
        return tl::unexpected<std::string>(
            "packets were lost inside the pipeline: this is a defect, please report it"
        );
    }
    Counts& counts = replay.counts;
    for (const End end : {End::branch, End::edge}) {
        const api::Counters& node = replay.laboratory->node(end).counters();
        counts.over_mtu += node.over_mtu;
        for (size_t i = 0; i < api::kDropReasons; ++i) {
            counts.drops[i] += node.drops[i];
        }
    }
    return counts;
}

api::InstallStatus Replay::install(End end, const api::SessionInstall& install) {
    const api::InstallStatus status = implementation_->laboratory->node(end).install(install);
    implementation_->laboratory->flush_staged(end, install.peer, implementation_->now_ns);
    return status;
}

void Replay::send(End end, const api::HandshakeDatagram& datagram) {
    implementation_->laboratory->send_handshake(end, datagram, implementation_->now_ns);
}

bool Replay::retire(End end, uint32_t receiver_index) {
    return implementation_->laboratory->node(end).retire(receiver_index);
}

void Replay::set_state(End end, uint16_t slot, api::PeerState state) {
    implementation_->laboratory->node(end).set_peer_state(slot, state);
    implementation_->laboratory->flush_staged(end, slot, implementation_->now_ns);
}

void Replay::Implementation::take(const Frame& frame, Control& control) {
    ++counts.frames_in;
    if (counts.frames_in % kProgressInterval == 0 && outputs.progress) {
        outputs.progress(counts.frames_in);
    }
    const Direction direction = direction_of(frame.bytes, gateways);
    if (direction == Direction::local) {
        ++counts.frames_local;
        return;
    }
    ++(direction == Direction::client ? counts.frames_client : counts.frames_server);
    advance(frame.time_ns, control);

    const std::span<const uint8_t> bytes = filled_up(frame);
    PacketMeta meta;
    parse_frame(bytes, meta);
    FrameTag tag{
        .number = counts.frames_in,
        .time_ns = std::max(frame.time_ns, now_ns),
        .direction = direction};
    if (!room_for(tag)) {
        flush(control);
    }
    bool opened = false;
    tag.flow = book.book(bytes, meta, direction, tag.time_ns, opened);
    if (!carried(frame)) {
        if (direction == Direction::server) {
            returns.not_carried(tag, "larger than replay carries, or cut short by the capture");
        }
        return;
    }
    if (!checksums_right(frame.bytes, meta)) {
        ++counts.checksums_wrong_in;
    }
    collect(frame, tag);
    if (opened || n_pending == kBurstSize) {
        flush(control);  // a flow's first frame ends its burst, so that the flow begins at its time
    }
}

void Replay::Implementation::advance(uint64_t time_ns, Control& control) {
    if (counts.frames_client + counts.frames_server == 1) {
        now_ns = time_ns;
        next_tick_ns = now_ns + kTickInterval;
        control.start(now_ns);
        settle(control);
    }
    if (time_ns < next_tick_ns) {
        return;
    }
    flush(control);
    if (time_ns - now_ns > kLongGap) {
        next_tick_ns = time_ns;
    }
    for (; next_tick_ns <= time_ns; next_tick_ns += kTickInterval) {
        now_ns = next_tick_ns;
        control.tick(now_ns);
        laboratory->poll(now_ns);
        settle(control);
    }
    book.expire(now_ns);
}

/// The frame's bytes; what the capture cut off is zero, so that the headers still say whose flow it is.
std::span<const uint8_t> Replay::Implementation::filled_up(const Frame& frame) {
    if (frame.wire_size <= frame.bytes.size()) {
        return frame.bytes;
    }
    filled.assign(frame.bytes.begin(), frame.bytes.end());
    filled.resize(std::max<size_t>(filled.size(), std::min(frame.wire_size, kLargestFrame)));
    return filled;
}

bool Replay::Implementation::carried(const Frame& frame) {
    if (frame.wire_size > frame.bytes.size()) {
        ++counts.capture_truncated;
        return false;
    }
    if (frame.bytes.size() > kMaxFrame) {
        ++counts.capture_too_large;
        return false;
    }
    return true;
}

bool Replay::Implementation::room_for(const FrameTag& tag) const noexcept {
    return n_pending == 0 || (n_pending < kBurstSize && pending[0].tag.direction == tag.direction &&
                              tag.time_ns - pending[0].tag.time_ns <= kBurstSpan);
}

void Replay::Implementation::collect(const Frame& frame, const FrameTag& tag) {
    Pending& slot = pending[n_pending++];
    slot.packet = laboratory->make_packet(frame.bytes, tag);
    slot.tag = tag;
    if (tag.direction == Direction::server) {
        returns.expect(tag, frame.bytes);
    }
}

void Replay::Implementation::flush(Control& control) {
    if (n_pending == 0) {
        return;
    }
    now_ns = std::max(now_ns, pending[n_pending - 1U].tag.time_ns);
    if (pending[0].tag.direction == Direction::client) {
        deliver_clients();
        settle(control);
    } else {
        deliver_servers();
        settle(control);
        returns.finish_burst();
    }
    n_pending = 0;
    laboratory->poll(now_ns);
    settle(control);
}

void Replay::Implementation::deliver_clients() {
    std::array<rte_mbuf*, kBurstSize> packets;
    for (uint16_t i = 0; i < n_pending; ++i) {
        packets[i] = pending[i].packet;
    }
    laboratory->deliver(End::branch, api::Side::inside, {packets.data(), n_pending}, now_ns);
}

/// Answers of presented flows reach the edge as the service would have sent them, all others reach the branch from its
/// router; in runs, so that the order stays the recorded one.
void Replay::Implementation::deliver_servers() {
    enum class Way : uint8_t { edge, branch };
    std::array<rte_mbuf*, kBurstSize> run;
    size_t n_run = 0;
    Way way = Way::branch;
    const auto end_run = [&] {
        const bool to_edge = way == Way::edge;
        laboratory->deliver(
            to_edge ? End::edge : End::branch,
            to_edge ? api::Side::inside : api::Side::outside,
            {run.data(), n_run},
            now_ns
        );
        n_run = 0;
    };
    for (Pending& frame : std::span(pending).first(n_pending)) {
        const BookedFlow* flow = frame.tag.flow;
        if (flow != nullptr && (flow->verdict() == api::Verdict::drop ||
                                (flow->tunnelled && flow->presented.port == 0))) {
            rte_pktmbuf_free(frame.packet
            );  // nothing of the flow got out, so nothing could have been answered
            continue;
        }
        const Way next = flow != nullptr && flow->tunnelled ? Way::edge : Way::branch;
        if (next != way) {
            end_run();
            way = next;
        }
        if (next == Way::edge) {
            laboratory->address_to_presented(frame.packet, flow->presented);
        }
        run[n_run++] = frame.packet;
    }
    end_run();
}

/// Lets control answer what the nodes said, until there is nothing more to say.
void Replay::Implementation::settle(Control& control) {
    bool busy = true;
    while (busy) {
        busy = false;
        for (const End end : {End::branch, End::edge}) {
            api::Punt punt;
            while (laboratory->node(end).next_punt(punt)) {
                control.punt(end, punt, now_ns);
                busy = true;
            }
            api::Event event;
            while (laboratory->node(end).next_event(event)) {
                if (end == End::branch) {
                    book.note(event);
                }
                control.event(end, event, now_ns);
                busy = true;
            }
        }
    }
}

/// The capture is over, and so is waiting for handshakes: what was staged is dropped, with its reason.
void Replay::Implementation::give_up_waiting(Control& control) {
    for (const auto& [end, slot] : peers) {
        laboratory->node(end).set_peer_state(slot, api::PeerState::down);
        laboratory->flush_staged(end, slot, now_ns);
    }
    settle(control);
}

void Replay::Implementation::left_branch_outside(
    const FrameTag& tag,
    std::span<const uint8_t> frame,
    bool to_edge
) {
    outputs.wan.write(tag.time_ns, frame);
    if (!to_edge && tag.flow != nullptr && !tag.flow->tunnelled) {
        tag.flow->arrived = true;
    }
}

void Replay::Implementation::left_branch_inside(
    const FrameTag& tag,
    std::span<const uint8_t> frame
) {
    outputs.lan.write(tag.time_ns, frame);
    if (tag.direction == Direction::server) {
        returns.returned(tag, frame);
    }
}

void Replay::Implementation::left_edge_inside(const FrameTag& tag, std::span<const uint8_t> frame) {
    outputs.restored.write(tag.time_ns, frame);
    if (tag.flow == nullptr) {
        return;
    }
    tag.flow->arrived = true;
    PacketMeta meta;
    parse_frame(frame, meta);
    if (meta.kind == PacketKind::transport) {
        tag.flow->presented = {meta.key.source_address(), meta.key.source_port};
    }
}

void Replay::Implementation::dropped(const FrameTag& tag, api::DropReason reason) {
    if (tag.flow != nullptr && tag.flow->drop_reason == api::DropReason::count) {
        tag.flow->drop_reason = reason;
    }
}

}  // namespace egret::replay
