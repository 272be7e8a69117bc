// SPDX-License-Identifier: Apache-2.0
// One fat tunnel on one worker and on two: a branch seals for one peer as fast as it can, each worker on a processor of its
// own. Counters are shared, everything else is each worker's.
#include "cases.hpp"
#include "circuit.hpp"
#include "packets.hpp"
#include "setting.hpp"
#include "stages/handover.hpp"

#include <egret/packet_pool.hpp>

#include <rte_cycles.h>
#include <rte_lcore.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <pthread.h>
#include <sched.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace egret::bench {
namespace {

constexpr uint32_t kFramesPerWorker = 512;  // each of another flow
constexpr uint32_t kBuffers = 4095;
constexpr uint32_t kMostLaps = 21;
constexpr uint64_t kLapsPerSecond = 50;  // short enough that a busy machine leaves some alone
constexpr PortLink kLink{{0x02, 0, 0, 0, 0, 1}, {0x02, 0, 0, 0, 0, 2}};

struct FreePool {
    void operator()(rte_mempool* pool) const noexcept { rte_mempool_free(pool); }
};

using Pool = std::unique_ptr<rte_mempool, FreePool>;
using Frame = std::vector<uint8_t>;

/// LAN frames of flows that belong to one worker.
std::vector<Frame>
frames_of(uint8_t worker, uint8_t n_workers, uint32_t payload, uint32_t prefixes) {
    std::vector<Frame> frames;
    for (uint64_t id = 0; frames.size() < kFramesPerWorker; ++id) {
        const Tuple tuple = flow_tuple(id, prefixes);
        if (worker_of_port(tuple.source_port, n_workers) != worker) {
            continue;
        }
        Frame frame(kEthernetSize + payload - kClaimSize);
        const EthernetHeader header = ethernet_to_gateway(id);
        std::copy(header.begin(), header.end(), frame.begin());
        write_packet(std::span(frame).subspan(kEthernetSize), tuple, 64, id);
        frames.push_back(std::move(frame));
    }
    return frames;
}

/// One worker's thread during a lap: frames into buffers, through the node, and away.
class Lane {
  public:
    Lane(Node& node, rte_mempool* pool, uint8_t worker, std::vector<Frame> frames)
        : node_(node),
          pool_(pool),
          worker_(worker),
          frames_(std::move(frames)) {}

    /// Until the time stamp counter reads `end`. The last burst is kept.
    void run(uint64_t now_ns, uint64_t end) {
        n_sealed_ = 0;
        failed_ = false;
        while (rte_rdtsc() < end && !failed_) {
            free_kept();
            burst(now_ns);
        }
    }

    [[nodiscard]] uint64_t n_sealed() const noexcept { return n_sealed_; }

    [[nodiscard]] bool failed() const noexcept { return failed_; }

    /// Of what was kept; over IPv4. UINT64_MAX if nothing was sealed.
    [[nodiscard]] uint64_t first_counter() const {
        constexpr uint32_t kCounterAt = kEthernetSize + 20 + 8 + 8;
        if (out_.transmits().empty()) {
            return UINT64_MAX;
        }
        uint64_t counter;
        std::memcpy(
            &counter,
            rte_pktmbuf_mtod_offset(out_.transmits().front().packet, uint8_t*, kCounterAt),
            sizeof(counter)
        );
        return counter;
    }

    /// Has the far end open what was kept; false if one packet is refused.
    [[nodiscard]] bool opens(Node& edge, uint64_t now_ns) {
        BurstOutput out;
        std::array<rte_mbuf*, kBurstSize> packets;
        const auto sealed = out_.transmits();
        std::transform(sealed.begin(), sealed.end(), packets.begin(), [](const auto& transmit) {
            return transmit.packet;
        });
        edge.process_burst(api::Side::outside, {packets.data(), sealed.size()}, now_ns, out);
        const bool all = out.transmits().size() == sealed.size();
        out_.clear();
        for (const BurstOutput::Transmit& transmit : out.transmits()) {
            rte_pktmbuf_free(transmit.packet);
        }
        out.free_dropped();
        return all;
    }

  private:
    void burst(uint64_t now_ns) {
        std::array<rte_mbuf*, kBurstSize> packets;
        if (rte_pktmbuf_alloc_bulk(pool_, packets.data(), kBurstSize) != 0) {
            failed_ = true;
            return;
        }
        for (rte_mbuf* packet : packets) {
            const Frame& frame = frames_[next_];
            next_ = next_ + 1 == frames_.size() ? 0 : next_ + 1;
            std::memcpy(
                rte_pktmbuf_append(packet, static_cast<uint16_t>(frame.size())),
                frame.data(),
                frame.size()
            );
        }
        node_.process_burst(api::Side::inside, packets, now_ns, out_, worker_);
        n_sealed_ += out_.transmits().size();
        failed_ = out_.transmits().size() != kBurstSize;
    }

    void free_kept() {
        std::array<rte_mbuf*, BurstOutput::kTransmitCapacity> packets;
        unsigned n = 0;
        for (const BurstOutput::Transmit& transmit : out_.transmits()) {
            packets[n++] = transmit.packet;
        }
        rte_pktmbuf_free_bulk(packets.data(), n);
        out_.free_dropped();
        out_.clear();
    }

    Node& node_;
    rte_mempool* pool_;
    uint8_t worker_;
    std::vector<Frame> frames_;
    size_t next_ = 0;
    uint64_t n_sealed_ = 0;
    bool failed_ = false;
    BurstOutput out_;
};

/// A thread on processor `cpu` that DPDK knows, so that buffers come from a cache of its own.
template <class Work>
std::thread on_processor(int cpu, Work work) {
    return std::thread([cpu, work] {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(static_cast<size_t>(cpu), &one);
        pthread_setaffinity_np(pthread_self(), sizeof(one), &one);
        const bool known = rte_thread_register() == 0;
        work();
        if (known) {
            rte_thread_unregister();
        }
    });
}

/// A branch with some workers, and the edge that opens what it sealed.
class FatTunnel {
  public:
    [[nodiscard]] static tl::expected<std::unique_ptr<FatTunnel>, std::string>
    create(rte_mempool* pool, const Setting& setting, uint8_t n_workers, uint32_t payload) {
        auto tables = compile_pair(setting);
        if (!tables) {
            return tl::unexpected(tables.error());
        }
        const auto sessions = make_sessions(setting, Circuit::kStart);
        auto tunnel = std::make_unique<FatTunnel>();
        auto branch = make_node(pool, setting, n_workers, tables->branch, sessions[0]);
        auto edge = make_node(pool, setting, 1, tables->edge, sessions[1]);
        if (!branch || !edge) {
            return tl::unexpected((branch ? edge : branch).error());
        }
        tunnel->branch_ = std::move(*branch);
        tunnel->edge_ = std::move(*edge);
        for (uint8_t worker = 0; worker < n_workers; ++worker) {
            tunnel->lanes_.push_back(std::make_unique<Lane>(
                *tunnel->branch_,
                pool,
                worker,
                frames_of(worker, n_workers, payload, setting.n_prefixes)
            ));
        }
        return tunnel;
    }

    /// Packets sealed in one lap by all workers together. Error: one was dropped, or the far end refused one.
    [[nodiscard]] tl::expected<uint64_t, std::string> lap() {
        const uint64_t begin = rte_rdtsc() + rte_get_tsc_hz() / 2000;  // when all are there
        const uint64_t end = begin + rte_get_tsc_hz() / kLapsPerSecond;
        std::vector<std::thread> threads;
        for (size_t i = 0; i < lanes_.size(); ++i) {
            Lane* lane = lanes_[i].get();
            threads.push_back(on_processor(static_cast<int>(i), [lane, begin, end, this] {
                while (rte_rdtsc() < begin) {
                }
                lane->run(now_ns_, end);
            }));
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        now_ns_ += 1'000'000'000 / kLapsPerSecond;
        // A worker that was held up has older counters: in their order none is too old for the far end.
        std::sort(lanes_.begin(), lanes_.end(), [](const auto& a, const auto& b) {
            return a->first_counter() < b->first_counter();
        });
        uint64_t sealed = 0;
        for (const auto& lane : lanes_) {
            if (lane->failed() || !lane->opens(*edge_, now_ns_)) {
                return tl::unexpected<std::string>("scaling: a packet was dropped or refused");
            }
            sealed += lane->n_sealed();
        }
        drain();
        return sealed;
    }

  private:
    [[nodiscard]] static tl::expected<std::unique_ptr<Node>, std::string> make_node(
        rte_mempool* pool,
        const Setting& setting,
        uint8_t n_workers,
        api::Tables& tables,
        api::SessionInstall session
    ) {
        NodeOptions options;
        options.pool = pool;
        options.workers = n_workers;
        options.inside = kLink;
        options.outside = kLink;
        options.aead = setting.aead();
        auto node = Node::create(options);
        if (node && (!(*node)->publish(std::move(tables)) ||
                     (*node)->install(session) != api::InstallStatus::installed)) {
            return tl::unexpected<std::string>("a node refused its tables or its session");
        }
        return node;
    }

    /// Takes the events off the nodes' hands, as control would.
    void drain() {
        api::Event event;
        while (branch_->next_event(event) || edge_->next_event(event)) {
        }
    }

    std::unique_ptr<Node> branch_;
    std::unique_ptr<Node> edge_;
    std::vector<std::unique_ptr<Lane>> lanes_;
    uint64_t now_ns_ = Circuit::kStart;
};

/// One and two workers in turn, so that a busy moment meets both.
Result measure(Bench& bench, rte_mempool* pool, const Setting& setting, uint32_t payload) {
    std::array<std::unique_ptr<FatTunnel>, 2> tunnels;
    std::array<Samples, 2> samples;
    for (uint8_t i = 0; i < tunnels.size(); ++i) {
        auto made = FatTunnel::create(pool, setting, static_cast<uint8_t>(i + 1), payload);
        if (!made) {
            return tl::unexpected(made.error());
        }
        tunnels[i] = std::move(*made);
    }
    for (uint32_t lap = 0; lap <= std::min(bench.options.laps, kMostLaps); ++lap) {
        for (size_t i = 0; i < tunnels.size(); ++i) {
            const auto sealed = tunnels[i]->lap();
            if (!sealed) {
                return tl::unexpected(sealed.error());
            }
            if (lap > 0) {  // the first one opens the flows
                const auto ticks = static_cast<double>(rte_get_tsc_hz() / kLapsPerSecond);
                samples[i].add(ticks / static_cast<double>(std::max<uint64_t>(1, *sealed)));
            }
        }
    }
    for (size_t i = 0; i < samples.size(); ++i) {
        bench.report.add({
            .name = fmt::format("scaling/{}_worker{}", i + 1, i == 0 ? "" : "s"),
            .suite = setting.suite(),
            .backend = setting.backend->name,
            .size = payload,
            .flows = static_cast<uint32_t>(kFramesPerWorker * (i + 1)),
            .outer = setting.outer,
            .cycles = samples[i].median(),
            .least = samples[i].least(),
            .raw_aead = {},
        });
    }
    return {};
}

}  // namespace

Result run_scaling(Bench& bench) {
    if (sysconf(_SC_NPROCESSORS_ONLN) < 2) {
        fmt::print(stderr, "SKIP scaling: needs two processors\n");
        return {};
    }
    const Pool pool(make_packet_pool("scaling", kBuffers, 256));
    if (pool == nullptr) {
        return tl::unexpected<std::string>("no memory for packet buffers");
    }
    for (const crypto::AeadBackend* backend : bench.of_ways()) {
        for (const Payload& payload : bench.options.payloads()) {
            if (payload.mixed()) {
                continue;
            }
            bench.report.progress(fmt::format("scaling: {}, {}", backend->name, payload.mean()));
            Setting setting;
            setting.backend = backend;
            if (auto done = measure(bench, pool.get(), setting, payload.mean()); !done) {
                return done;
            }
        }
    }
    return {};
}

}  // namespace egret::bench
