// SPDX-License-Identifier: Apache-2.0
// The packet process. The main lcore is the agent, which speaks with egretd; the other lcore is the worker, which moves packets.
#include "agent/agent.hpp"
#include "clocks.hpp"
#include "eal.hpp"
#include "options.hpp"
#include "service_manager.hpp"
#include "worker_team.hpp"

#include <egret/crypto/random.hpp>
#include <egret/node.hpp>
#include <egret/packet_pool.hpp>

#include <rte_eal.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#include <csignal>
#include <iostream>
#include <span>
#include <sys/signalfd.h>
#include <unistd.h>
#include <utility>

using namespace egret;  // NOLINT(google-build-using-namespace)

namespace {

/// A worker's: two ports' rings full both ways, and as much again for packets that wait for sessions.
constexpr unsigned kBuffers = 16'383;
constexpr unsigned kBuffersCached = 256;

void report(const std::string& line) {
    std::cerr << "egret-dataplane: " + line + "\n";
}

uint64_t draw_u64() {
    crypto::Random random = crypto::Random::system();
    return uint64_t{random.next_u32()} << 32 | random.next_u32();
}

/// SIGTERM and SIGINT as something to wait for. Before any thread is started, so that none is interrupted. A reader of
/// standard error that goes away ends nothing.
int signals_to_stop() {
    std::signal(SIGPIPE, SIG_IGN);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

tl::expected<rte_mempool*, std::string> make_pool(size_t n_workers) {
    rte_mempool* pool =
        make_packet_pool("packets", static_cast<unsigned>(kBuffers * n_workers), kBuffersCached);
    if (pool == nullptr) {
        return tl::unexpected(std::string("no memory for packet buffers"));
    }
    return pool;
}

tl::expected<Ports, std::string>
open_ports(const Options& options, const Eal& eal, rte_mempool* pool) {
    Ports ports;
    for (const PortOption& option : options.ports) {
        auto port = Port::open(option, pool, static_cast<uint8_t>(eal.worker_lcores.size()));
        if (!port) {
            return tl::unexpected(port.error());
        }
        ports.push_back(std::move(*port));
    }
    return ports;
}

/// What seals and opens in this run.
struct Aead {
    AeadChoices choices;
    uint16_t max_simd_bits = 0;  ///< 0: no limit
};

/// Error: one sentence.
tl::expected<Aead, std::string> choose(const AeadWish& wish) {
    auto choices = choose_aead(wish, report);
    if (!choices) {
        return tl::unexpected("--aead " + choices.error());
    }
    for (const AeadChoice& choice : *choices) {
        const std::string_view by =
            choice.backend->available() ? choice.backend->name : std::string_view("nothing");
        report(
            std::string(name_of(choice.backend->suite)) + " by " + std::string(by) + " (" +
            choice.why + ")"
        );
    }
    const bool limited = wish.max_simd_bits != AeadWish::kAnySimd;
    return Aead{std::move(*choices), limited ? wish.max_simd_bits : uint16_t{0}};
}

/// A node and the threads it runs on. Error: one sentence.
tl::expected<void, std::string> run_node(
    rte_mempool* pool,
    Ports& ports,
    const Eal& eal,
    const Aead& aead,
    api::ChannelListener listener,
    int stop
) {
    NodeOptions node_options;
    node_options.pool = pool;
    node_options.workers = static_cast<uint8_t>(eal.worker_lcores.size());
    node_options.hash_seed = draw_u64();
    node_options.aead = backends_of(aead.choices);
    auto node = Node::create(node_options);
    if (!node) {
        return tl::unexpected(node.error());
    }
    auto agent_bell = Doorbell::create();
    if (!agent_bell) {
        return tl::unexpected(agent_bell.error());
    }
    const Clocks clocks = system_clocks();
    ServiceManager manager;
    auto team = WorkerTeam::create(**node, clocks.boot_ns, *agent_bell);
    if (!team) {
        return tl::unexpected(team.error());
    }
    AgentOptions options{
        .instance = draw_u64(),
        .huge_pages = eal.huge_pages,
        .aead = aead.choices,
        .max_simd_bits = aead.max_simd_bits,
        .clocks = clocks,
        .report = report,
        .alive = [&manager, clocks] { manager.alive(clocks.boot_ns()); }};
    auto agent = Agent::create(
        {.options = std::move(options),
         .node = **node,
         .workers = team->workers(),
         .ports = ports,
         .bell = *agent_bell},
        std::move(listener)
    );
    if (!agent) {
        return tl::unexpected(agent.error());
    }
    team->start(eal.worker_lcores);
    manager.ready();
    (*agent)->run(stop);
    manager.stopping();
    team->stop();
    return {};
}

/// Everything between EAL's start and its end. Error: one sentence.
tl::expected<void, std::string>
run(const Options& options, const Eal& eal, api::ChannelListener listener, int stop) {
    const auto pool = make_pool(eal.worker_lcores.size());
    if (!pool) {
        return tl::unexpected(pool.error());
    }
    auto ports = open_ports(options, eal, *pool);
    if (!ports) {
        return tl::unexpected(ports.error());
    }
    const auto aead = choose(options.aead);
    if (!aead) {
        return tl::unexpected(aead.error());
    }
    return run_node(*pool, *ports, eal, *aead, std::move(listener), stop);
}

int refuse(const std::string& why) {
    report(why);
    return 1;
}

/// Returns the program's exit status.
int run_with_eal(const Options& options, api::ChannelListener listener, int stop) {
    const auto eal = start_eal(options);
    if (!eal) {
        return refuse(eal.error());
    }
    if (eal->memory_is_ours && !eal->huge_pages) {
        report("no huge pages are free: going on without, more slowly");
    }
    const auto result = run(options, *eal, std::move(listener), stop);
    rte_eal_cleanup();
    return result ? 0 : refuse(result.error());
}

}  // namespace

int main(int argc, char** argv) {
    const auto options = read_options(std::span(argv, static_cast<size_t>(argc)));
    if (!options) {
        if (!options.error().text.empty()) {
            report(options.error().text);
        }
        return options.error().status;
    }
    const int stop = signals_to_stop();
    // First of all: a second dataplane in one place must not touch the devices of the first.
    const std::string socket = options->run_dir + "/" + api::kDataplaneSocket;
    auto listener = api::ChannelListener::listen(socket);
    if (!listener) {
        return refuse(listener.error());
    }
    const int status = run_with_eal(*options, std::move(*listener), stop);
    unlink(socket.c_str());
    return status;
}
