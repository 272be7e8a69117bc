// SPDX-License-Identifier: Apache-2.0
// The four functions here are those of dataplane/src/pipeline.cpp with a lap after every stage; packets that would be
// bridged do not occur, the circuit's are all for the tunnel.
#include "stage_node.hpp"

#include "circuit.hpp"
#include "stages/classify.hpp"
#include "stages/flows.hpp"
#include "stages/names.hpp"
#include "stages/parse.hpp"
#include "stages/probes.hpp"
#include "stages/tunnel_in.hpp"
#include "stages/tunnel_out.hpp"
#include "tunnel/peer_sessions.hpp"

#include <rte_malloc.h>

#include <algorithm>
#include <utility>

namespace egret::bench {
namespace {

constexpr uint32_t kRing = 4096;
constexpr uint32_t kReaders = 1;

constexpr std::string_view kBranchOutbound[] =
    {"parse", "classify", "names", "claim", "seal", "outer"};
constexpr std::string_view kEdgeInbound[] = {"parse", "receive", "open", "decapsulate", "present"};
constexpr std::string_view kEdgeOutbound[] = {"parse", "answers", "seal", "outer"};
constexpr std::string_view kBranchInbound[] = {"parse", "receive", "open", "decapsulate", "accept"};

rte_rcu_qsbr* make_readers() {
    const size_t size = rte_rcu_qsbr_get_memsize(kReaders);
    auto* readers =
        static_cast<rte_rcu_qsbr*>(rte_zmalloc("bench_qsbr", size, RTE_CACHE_LINE_SIZE));
    if (readers != nullptr) {
        rte_rcu_qsbr_init(readers, kReaders);
    }
    return readers;
}

}  // namespace

std::span<const std::string_view> stages_of(Way way) noexcept {
    switch (way) {
        case Way::branch_outbound:
            return kBranchOutbound;
        case Way::edge_inbound:
            return kEdgeInbound;
        case Way::edge_outbound:
            return kEdgeOutbound;
        case Way::branch_inbound:
            return kBranchInbound;
    }
    return {};
}

void StageNode::QsbrDeleter::operator()(rte_rcu_qsbr* readers) const noexcept {
    rte_free(readers);
}

StageNode::StageNode(api::Tables tables, const NodeOptions& options)
    : readers_(make_readers()),
      sessions_(readers_.get()),
      snapshot_(std::move(tables)),
      worker_{
          .flows = FlowTable(options.flow_capacity, options.hash_seed),
          .hellos = names::HelloAssembler(),
          .names = names::NameTable({}, options.hash_seed),
          .gate = HandshakeGate(options.hash_seed),
          .neighbours = NeighbourTable(options.hash_seed),
          .counters = {},
          .port_seed = options.hash_seed,
          .events = Ring<api::Event>(kRing),
          .punts = Ring<api::Punt>(kRing),
          .peers = peers_,
          .sessions = sessions_,
          .aead = options.aead,
          .pool = options.pool,
          .enforce_mtu = options.enforce_mtu,
          .links = {options.inside, options.outside},
      } {
    peers_.grow(snapshot_.n_slots);
}

bool StageNode::install(const api::SessionInstall& install) {
    const auto suite = static_cast<size_t>(install.suite);
    auto session = std::make_unique<Session>(install, *worker_.aead[suite]);
    Session& installed = *session;
    if (readers_ == nullptr || !installed.usable() || !sessions_.install(std::move(session))) {
        return false;
    }
    place_session(sessions_, peers_.at(install.peer), installed);
    return true;
}

void StageNode::process(
    Way way,
    std::span<rte_mbuf* const> packets,
    uint64_t now_ns,
    BurstOutput& out
) {
    Context context{snapshot_, worker_, now_ns, out};
    Burst burst;
    burst.n = static_cast<uint16_t>(packets.size());
    std::copy(packets.begin(), packets.end(), burst.packets.begin());
    watch_.start();
    switch (way) {
        case Way::branch_outbound:
            branch_outbound(context, burst);
            break;
        case Way::edge_inbound:
            edge_inbound(context, burst);
            break;
        case Way::edge_outbound:
            edge_outbound(context, burst);
            break;
        case Way::branch_inbound:
            branch_inbound(context, burst);
            break;
    }
    api::Event event;
    while (worker_.events.pop(event)) {
    }
}

std::array<uint64_t, kMaxStages> StageNode::take_cycles(Way way) noexcept {
    return std::exchange(cycles_[static_cast<size_t>(way)], {});
}

void StageNode::forget_flows() {
    worker_.flows.sweep(worker_.flows.capacity(), [&](Flow& flow) {
        worker_.hellos.forget(flow.id);
        worker_.flows.remove(flow);
    });
}

void StageNode::lap(Way way, size_t stage) noexcept {
    cycles_[static_cast<size_t>(way)][stage] += watch_.lap();
}

void StageNode::branch_outbound(Context& context, Burst& burst) {
    constexpr Way way = Way::branch_outbound;
    parse(burst);
    lap(way, 0);
    Classified classified = classify(context, burst);
    lap(way, 1);
    for (const PacketList& list : {classified.tunnel, classified.direct}) {
        for (const uint8_t i : list) {
            if (may_name(burst.meta[i])) {
                observe_client(context, burst.packets[i], burst.meta[i]);
            }
        }
    }
    lap(way, 2);
    claim(context, burst, classified.tunnel);
    lap(way, 3);
    seal(context, burst, classified.tunnel);
    lap(way, 4);
    send_outside(context, burst, classified.tunnel);
    lap(way, 5);
}

void StageNode::edge_inbound(Context& context, Burst& burst) {
    constexpr Way way = Way::edge_inbound;
    parse(burst);
    lap(way, 0);
    Received received = receive(context, burst);
    lap(way, 1);
    open(context, burst, received.data);
    take_probes(context, burst, received.data);
    lap(way, 2);
    decapsulate(context, burst, received.data);
    lap(way, 3);
    present(context, burst, received.data);
    lap(way, 4);
}

void StageNode::edge_outbound(Context& context, Burst& burst) {
    constexpr Way way = Way::edge_outbound;
    parse(burst);
    lap(way, 0);
    PacketList answers = take_answers(context, burst);
    lap(way, 1);
    seal(context, burst, answers);
    lap(way, 2);
    send_outside(context, burst, answers);
    lap(way, 3);
}

void StageNode::branch_inbound(Context& context, Burst& burst) {
    constexpr Way way = Way::branch_inbound;
    parse(burst);
    lap(way, 0);
    Received received = receive(context, burst);
    lap(way, 1);
    open(context, burst, received.data);
    take_probes(context, burst, received.data);
    lap(way, 2);
    decapsulate(context, burst, received.data);
    lap(way, 3);
    accept(context, burst, received.data);
    lap(way, 4);
}

tl::expected<StagePair, std::string> StagePair::create(rte_mempool* pool, const Setting& setting) {
    auto tables = compile_pair(setting);
    if (!tables) {
        return tl::unexpected(tables.error());
    }
    NodeOptions options;
    options.pool = pool;
    options.aead = setting.aead();
    // Nobody answers ARP in a bench.
    options.inside = options.outside = {{0x02, 0, 0, 0, 0, 1}, {0x02, 0, 0, 0, 0, 2}};
    StagePair pair(
        std::make_unique<StageNode>(std::move(tables->branch), options),
        std::make_unique<StageNode>(std::move(tables->edge), options)
    );
    const auto sessions = make_sessions(setting, Circuit::kStart);
    if (!pair.branch_->install(sessions[0]) || !pair.edge_->install(sessions[1])) {
        return tl::unexpected<std::string>("no session could be installed");
    }
    return pair;
}

}  // namespace egret::bench
