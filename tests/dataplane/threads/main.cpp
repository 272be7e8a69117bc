// SPDX-License-Identifier: Apache-2.0
// Two workers of two nodes on two threads, under load, while sessions are renewed, generations published, a peer roams, and, in
// the second half, another comes and goes. Usage: worker_threads [SECONDS]
//
// Checked: no packet is lost but by a drop with a name, none comes out other than it went in, no nonce is used twice, every
// buffer comes back. Built with the thread sanitizer it is also the proof that workers share nothing they should not.
#include "locked_pool.hpp"
#include "network.hpp"
#include "packet_pools.hpp"
#include "traffic.hpp"

#include <egret/api/drop_reasons.hpp>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace egret::test {
namespace {

constexpr unsigned kBuffers = 8191;
constexpr std::chrono::milliseconds kRound{20};
constexpr int kTurnsAtTheEnd = 2000;

bool complain(bool is_wrong, const char* what, uint64_t n) {
    if (is_wrong) {
        std::fprintf(stderr, "worker_threads: %s: %" PRIu64 "\n", what, n);
    }
    return is_wrong;
}

api::Counters sum_of(const Node& node) {
    api::Counters all;
    for (uint8_t worker = 0; worker < kThreads; ++worker) {
        all += node.counters(worker);
    }
    return all;
}

/// Drops by reason other than those that are meant to happen here; all are printed.
uint64_t unexpected_drops(const char* node, const api::Counters& counters, bool loses_peers) {
    using api::DropReason;
    uint64_t n = 0;
    for (size_t i = 0; i < api::kDropReasons; ++i) {
        const auto reason = static_cast<DropReason>(i);
        // A thread that is held up between reserving counters and sending falls behind the replay window.
        const bool by_load =
            reason == DropReason::worker_queue_full || reason == DropReason::counter_too_old;
        // Where a peer is gone, or at one end not here yet.
        const bool by_loss =
            reason == DropReason::no_session || reason == DropReason::unknown_session ||
            reason == DropReason::staging_full || reason == DropReason::unsolicited;
        if (counters.drops[i] == 0) {
            continue;
        }
        std::printf("  %s %s %" PRIu64 "\n", node, name_of(reason).data(), counters.drops[i]);
        n += by_load || (loses_peers && by_loss) ? 0 : counters.drops[i];
    }
    return n;
}

bool is_conserved(const Node& node) {
    uint64_t staged = 0;
    for (uint8_t worker = 0; worker < kThreads; ++worker) {
        staged += node.packets_staged(worker);
    }
    const api::Counters c = sum_of(node);
    return c.handed_over == c.taken_over &&
           c.received + c.generated == c.transmitted + c.dropped() + c.consumed + staged;
}

struct Part {
    const char* name;
    bool loses_peers;
};

/// True if something went wrong.
bool judge(const Network& network, std::vector<Traffic>& traffic, const Part& part) {
    Traffic& all = traffic.front();
    for (Traffic& other : std::span(traffic).subspan(1)) {
        all.n_asked += other.n_asked;
        all.n_served += other.n_served;
        all.n_answered += other.n_answered;
        all.n_wrong += other.n_wrong;
        all.n_installed += other.n_installed;
        all.nonces.insert(all.nonces.end(), other.nonces.begin(), other.nonces.end());
    }
    std::ranges::sort(all.nonces);
    const bool reused = std::ranges::adjacent_find(all.nonces) != all.nonces.end();
    const api::Counters branch = sum_of(*network.branch);
    const api::Counters edge = sum_of(*network.edge);
    std::printf(
        "%s: asked %" PRIu64 " served %" PRIu64 " answered %" PRIu64 ", sessions %" PRIu64
        ", handed over %" PRIu64 "\n",
        part.name,
        all.n_asked,
        all.n_served,
        all.n_answered,
        all.n_installed,
        branch.handed_over + edge.handed_over
    );
    const uint64_t drops = unexpected_drops("branch", branch, part.loses_peers) +
                           unexpected_drops("edge", edge, part.loses_peers);
    bool wrong = complain(all.n_wrong > 0, "packets changed", all.n_wrong);
    wrong = complain(reused, "nonces used twice among", all.nonces.size()) || wrong;
    wrong = complain(drops > 0, "packets dropped that should not have been", drops) || wrong;
    wrong = complain(all.n_answered == 0, "no packet came back", 0) || wrong;
    wrong = complain(branch.handed_over * edge.handed_over == 0, "none handed over", 0) || wrong;
    const bool lost = !is_conserved(*network.branch) || !is_conserved(*network.edge);
    return complain(lost, "packets lost or made up", 0) || wrong;
}

/// True if something went wrong.
bool run(rte_mempool* pool, std::chrono::milliseconds time, const Part& part) {
    bool wrong = false;
    {
        Network network(pool);
        Governor governor(network);
        std::vector<Traffic> traffic;
        traffic.emplace_back(network, 0, true);
        traffic.emplace_back(network, 1, true);
        std::vector<std::thread> threads;
        for (Traffic& one : traffic) {
            threads.emplace_back([&one] { one.run(); });
        }
        const auto end = std::chrono::steady_clock::now() + time;
        while (std::chrono::steady_clock::now() < end) {
            governor.govern(part.loses_peers, clock_ns());
            std::this_thread::sleep_for(kRound);
        }
        governor.govern(false, clock_ns());  // nothing is to wait for a peer in the end
        network.ends = true;
        for (std::thread& thread : threads) {
            thread.join();
        }
        // What was on its way between them: in this thread, for both.
        for (int i = 0; i < kTurnsAtTheEnd; ++i) {
            traffic[static_cast<size_t>(i % kThreads)].turn();
        }
        wrong = judge(network, traffic, part);
    }
    const unsigned out = rte_mempool_in_use_count(pool);
    return complain(out != 0, "buffers not given back", out) || wrong;
}

}  // namespace
}  // namespace egret::test

int main(int argc, char** argv) {
    using namespace egret::test;  // NOLINT(google-build-using-namespace)
    const int seconds = argc > 1 ? std::stoi(argv[1]) : 2;
    start_packets();
    rte_mempool* pool = make_locked_pool(kBuffers);
    const auto half = std::chrono::milliseconds(seconds * 500);
    bool wrong = run(pool, half, {"rekeys, pushes, a roaming peer", false});
    wrong = run(pool, half, {"and a peer that comes and goes", true}) || wrong;
    rte_mempool_free(pool);
    return wrong ? 1 : 0;
}
