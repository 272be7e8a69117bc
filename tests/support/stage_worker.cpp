// SPDX-License-Identifier: Apache-2.0
#include "stage_worker.hpp"

#include "counting_backend.hpp"
#include "packet_pools.hpp"
#include "pipeline.hpp"
#include "scenario.hpp"
#include "seen_reasons.hpp"
#include "tunnel/peer_sessions.hpp"
#include "tunnel/peer_upkeep.hpp"

#include <cstdlib>
#include <utility>

namespace egret::test {
namespace {

constexpr uint32_t kFlows = 256;
constexpr uint32_t kRing = 1024;
constexpr uint64_t kSeed = 9;

}  // namespace

StageWorker::StageWorker(api::Tables tables)
    : snapshot(std::move(tables)),
      worker{
          .flows = FlowTable(kFlows, kSeed),
          .hellos = names::HelloAssembler(),
          .names = names::NameTable({}, kSeed),
          .gate = HandshakeGate(kSeed),
          .neighbours = NeighbourTable(kSeed),
          .counters = {},
          .port_seed = kSeed,
          .events = Ring<api::Event>(kRing),
          .punts = Ring<api::Punt>(kRing),
          .peers = peers,
          .sessions = sessions,
          .aead =
              {&CountingBackend::of(crypto::Suite::wireguard),
               &CountingBackend::of(crypto::Suite::aes256gcm)},
          .pool = made_pool(),
          .links = {PortLink{}, PortLink{kBranchMac, kInternetMac}},
      } {
    follow_generation(worker, snapshot);
}

StageWorker::~StageWorker() {
    drop_staged(worker, peer());
}

Session& StageWorker::install(crypto::Suite suite, bool initiator, uint32_t receiver_index) {
    api::SessionInstall install;
    install.receiver_index = receiver_index;
    install.suite = suite;
    install.initiator = initiator;
    install.created_ns = now_ns;
    install.endpoint = endpoint(kEdgeOutside.ipv4, kTunnelPort);
    if (!sessions.install(std::make_unique<Session>(install, CountingBackend::of(suite)))) {
        std::abort();
    }
    Session& session = *sessions.find(receiver_index);
    place_session(sessions, peer(), session);
    return session;
}

NodeOutput StageWorker::send(const std::vector<Bytes>& frames) {
    Burst burst;
    for (const Bytes& frame : frames) {
        burst.packets.at(burst.n++) = to_mbuf(frame);
    }
    Context now = context();
    branch_outbound(now, burst);
    NodeOutput result;
    for (const BurstOutput::Transmit& transmit : out.transmits()) {
        result.outside.push_back(to_bytes(transmit.packet));
        rte_pktmbuf_free(transmit.packet);
    }
    for (const BurstOutput::Dropped& dropped : out.dropped()) {
        result.drops.push_back(dropped.reason);
        note_reason(dropped.reason);
    }
    out.free_dropped();
    out.clear();
    return result;
}

size_t StageWorker::sessions_wanted() {
    size_t n = 0;
    for (api::Event event; worker.events.pop(event);) {
        n += event.kind == api::EventKind::session_wanted ? 1 : 0;
    }
    return n;
}

}  // namespace egret::test
