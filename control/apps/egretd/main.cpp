// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/clock.hpp"
#include "control/daemon/event_loop.hpp"
#include "control/daemon/live_node.hpp"
#include "control/daemon/log.hpp"
#include "control/daemon/state_directory.hpp"

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>
#include <sys/epoll.h>
#include <sys/signalfd.h>

namespace {

using egret::control::EventLoop;
using egret::control::LiveNode;
using egret::control::Log;
using egret::control::StateDirectory;

struct Options {
    std::string state_directory;
    std::string run_directory = "/run/egret";
    std::string key_log;
};

/// SIGTERM and SIGINT come as events of the loop.
egret::api::Descriptor signals_as_events() {
    sigset_t signals{};
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    return egret::api::Descriptor(signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
}

int complain(const std::string& reason) {
    std::cerr << "egretd: " << reason << '\n';
    return 1;
}

int run(const Options& options) {
    const egret::api::Descriptor signals = signals_as_events();
    auto state = StateDirectory::open(options.state_directory);
    if (!state) {
        return complain(state.error());
    }
    auto loop = EventLoop::make();
    if (!loop) {
        return complain(loop.error());
    }
    Log log(egret::control::system_log_writer(), [] {
        return egret::control::read_clocks().now_ns;
    });
    LiveNode node(**loop, log, *state, options.run_directory);
    node.load();
    const uint64_t watch =
        (*loop)->watch(signals.get(), EPOLLIN, [&](uint32_t) { (*loop)->stop(); });
    (*loop)->run();
    (*loop)->forget(watch);
    log.info("stopped");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Egret's control process: keys, policy, handshakes; no packets.", "egretd");
    Options options;
    app.add_option("--state-dir", options.state_directory, "What the node keeps across restarts")
        ->required();
    app.add_option("--run-dir", options.run_directory, "Where the sockets are")
        ->capture_default_str();
    app.add_option(
        "--keylog",
        options.key_log,
        "Debug key log for Wireshark; disposable nodes only"
    );
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    try {
        return run(options);
    } catch (const std::exception& error) {
        return complain(error.what());
    }
}
