// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/clock.hpp"
#include "control/daemon/daemon.hpp"
#include "control/operator/protocol.hpp"
#include "control_fixture.hpp"
#include "line_client.hpp"
#include "socket_dataplane.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <CppUTest/TestHarness.h>

namespace egret::test {

inline const char* const kPrivate = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n";

/// The whole daemon in a folder, asked as operators ask it, with a dataplane that answers.
struct DaemonTests : Utest {
    using Daemon = control::Daemon;
    using DaemonOptions = control::DaemonOptions;
    using EventLoop = control::EventLoop;
    using Json = control::Json;
    using Log = control::Log;
    using LogRecord = control::LogRecord;

    DaemonTests() {
        chmod(folder.write("node.key", kPrivate).c_str(), 0600);
        chmod(folder.write("edge.key", kPrivate).c_str(), 0600);
    }

    DaemonOptions options(const char* key_log = "") const {
        return {
            .state_directory = folder.path(),
            .run_directory = folder.path(),
            .key_log = key_log,
            .wireguard_folder = folder.path() / "wireguard",
        };
    }

    void start(const DaemonOptions& with_options) {
        daemon = Daemon::make(*loop, log, with_options).value();
        CHECK_TRUE(daemon->begin().has_value());
    }

    /// All lines of the answer to one request.
    std::vector<Json> ask(const Json& request) {
        LineClient client(*loop, folder.path() / control::kOperatorSocket);
        if (dataplane) {
            client.meanwhile = [this] { dataplane->turn(); };
        }
        client.send(control::line_of(request) + "\n");
        std::vector<Json> lines;
        while (lines.empty() || !lines.back().contains("ok")) {
            const std::string line = client.line();
            CHECK_FALSE(line.empty());
            lines.push_back(Json::parse(line));
        }
        return lines;
    }

    /// As root's push; without the dataplane's answer there is no result yet.
    Json push(std::string_view toml, bool dry_run = false) {
        const Json request{
            {"command", "push"},
            {"name", "b.toml"},
            {"toml", toml},
            {"dry_run", dry_run}};
        return ask(request).back();
    }

    void connect_dataplane() {
        dataplane =
            std::make_unique<SocketDataplane>((folder.path() / api::kDataplaneSocket).string(), 7);
        CHECK_TRUE(turn_until(*loop, {dataplane.get()}, [&] { return dataplane->n_published > 0; })
        );
    }

    TempFolder folder;
    std::unique_ptr<EventLoop> loop = EventLoop::make().value();
    std::string logged;
    Log log{
        [this](const LogRecord& record) { logged += control::log_line(record) + "\n"; },
        [] { return uint64_t{0}; }};
    std::unique_ptr<Daemon> daemon;
    std::unique_ptr<SocketDataplane> dataplane;
};

}  // namespace egret::test
