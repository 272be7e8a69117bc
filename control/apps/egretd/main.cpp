// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/clock.hpp"
#include "control/daemon/daemon.hpp"
#include "control/daemon/event_loop.hpp"
#include "control/daemon/log.hpp"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

namespace {

using egret::control::Daemon;
using egret::control::DaemonOptions;
using egret::control::EventLoop;
using egret::control::Log;

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

/// The run directory is made where nobody made it; its parent must be there.
bool make_run_directory(const std::filesystem::path& path) {
    return mkdir(path.c_str(), S_IRWXU | S_IRGRP | S_IXGRP) == 0 || errno == EEXIST;
}

int run(const DaemonOptions& options) {
    const egret::api::Descriptor signals = signals_as_events();
    if (!make_run_directory(options.run_directory)) {
        return complain(options.run_directory.string() + ": " + std::strerror(errno));
    }
    auto loop = EventLoop::make();
    if (!loop) {
        return complain(loop.error());
    }
    Log log(egret::control::system_log_writer(), [] {
        return egret::control::read_clocks().now_ns;
    });
    auto daemon = Daemon::make(**loop, log, options);
    if (!daemon) {
        return complain(daemon.error());
    }
    const uint64_t watch =
        (*loop)->watch(signals.get(), EPOLLIN, [&](uint32_t) { (*loop)->stop(); });
    if (const auto begun = (*daemon)->begin(); !begun) {
        return complain(begun.error());
    }
    (*loop)->run();
    (*daemon)->end();
    (*loop)->forget(watch);
    log.info("stopped");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Egret's control process: keys, policy, handshakes; no packets.", "egretd");
    DaemonOptions options;
    options.run_directory = "/run/egret";
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
