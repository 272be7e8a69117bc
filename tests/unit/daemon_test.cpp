// SPDX-License-Identifier: Apache-2.0
// The whole daemon, asked as operators ask it, with a dataplane that answers.
#include "control/config/read_file.hpp"
#include "daemon_fixture.hpp"

#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

TEST_GROUP_BASE(Daemons, DaemonTests){};

TEST(Daemons, WithoutAConfigurationSaysWhatIsMissing) {
    start(options());
    const Json status = ask({{"command", "status"}}).front()["record"];
    CHECK_TRUE(status["node"].is_null());
    CHECK_TRUE(status["dataplane"].is_null());
    STRCMP_CONTAINS("start egret-dataplane", status["problems"][0].get<std::string>().c_str());
    STRCMP_CONTAINS(
        "dataplane.sock",
        ask({{"command", "counters"}}).back()["message"].get<std::string>().c_str()
    );
    CHECK_TRUE(ask({{"command", "tunnels"}}).back()["ok"] == true);
}

TEST(Daemons, AnUnknownCommandIsRefused) {
    start(options());
    for (const Json& request : {Json{{"command", "x"}}, Json{{"command", 3}}, Json::object()}) {
        STRCMP_CONTAINS(
            "unknown command",
            ask(request).back()["message"].get<std::string>().c_str()
        );
    }
}

TEST(Daemons, OnlyRootPushesUnsigned) {
    start(options());
    const Json answer = push(kBranch);
    CHECK_EQUAL(geteuid() == 0, answer["ok"] == true);
}

TEST(Daemons, TakesUpWhatItRanBefore) {
    folder.write("running.toml", kBranch);
    folder.write("highest", "1\n");
    start(options());
    connect_dataplane();
    const Json status = ask({{"command", "status"}}).front()["record"];
    STRCMP_EQUAL("b1", status["node"].get<std::string>().c_str());
    STRCMP_EQUAL("branch", status["role"].get<std::string>().c_str());
    LONGS_EQUAL(1, status["generation_wanted"].get<int>());
    LONGS_EQUAL(1, status["generation_live"].get<int>());
    LONGS_EQUAL(0, status["problems"].size());
    CHECK_TRUE(status["key_log"].is_null());
}

TEST(Daemons, WhatItRanBeforeAndCannotRunNowIsAProblemAndNoEnd) {
    folder.write("running.toml", with(kBranch, "generation = 1", "generation = \"one\""));
    start(options());
    const Json status = ask({{"command", "status"}}).front()["record"];
    STRCMP_CONTAINS("node.generation", status["problems"][0].get<std::string>().c_str());
}

TEST(Daemons, RecordsCarryTheNamesOfTheConfiguration) {
    folder.write("running.toml", kBranch);
    start(options());
    connect_dataplane();
    api::PeerRecord peer;
    peer.has_session = true;
    peer.session_created_ns = read_clocks().now_ns - 5'000'000'000;
    peer.endpoint = *api::parse_endpoint("198.51.100.10:51820");
    dataplane->peers.push_back(peer);
    dataplane->counters.counters.drops[static_cast<size_t>(api::DropReason::rule)] = 4;
    api::PortRecord port;
    port.name = decltype(port.name)("wan0");
    port.used = true;
    dataplane->ports.push_back(port);
    api::Event flow;
    flow.generation = 1;
    flow.peer = 0;
    flow.rule = 0;
    flow.segment = 0;
    flow.verdict = api::Verdict::tunnel;
    flow.protocol = 6;
    flow.destination_port = 443;
    flow.destination = *api::parse_address("192.0.2.9");
    dataplane->flows.push_back(flow);

    const Json tunnel = ask({{"command", "tunnels"}}).front()["record"];
    STRCMP_EQUAL("e1", tunnel["peer"].get<std::string>().c_str());
    STRCMP_EQUAL("up", tunnel["state"].get<std::string>().c_str());
    CHECK_TRUE(tunnel["handshake_age_s"].get<double>() >= 5);
    CHECK_TRUE(tunnel["round_trip_ms"].is_null());
    const Json drop = ask({{"command", "counters"}}).front()["record"]["drops"][0];
    STRCMP_EQUAL(
        R"({"reason":"rule","packets":4,"sentence":"a rule says drop"})",
        drop.dump().c_str()
    );
    const Json flow_record = ask({{"command", "flows"}}).front()["record"];
    STRCMP_EQUAL("sign-ins", flow_record["rule"].get<std::string>().c_str());
    STRCMP_EQUAL("idp", flow_record["list"].get<std::string>().c_str());
    STRCMP_EQUAL("e1", flow_record["peer"].get<std::string>().c_str());
    const Json status = ask({{"command", "status"}}).front()["record"];
    LONGS_EQUAL(1, status["tunnels_up"].get<int>());
    STRCMP_EQUAL("port wan0 has no link", status["problems"][0].get<std::string>().c_str());
}

TEST(Daemons, AFlowOfAForgottenGenerationKeepsItsPeer) {
    folder.write("running.toml", kBranch);
    start(options());
    connect_dataplane();
    api::Event flow;
    flow.generation = 77;
    flow.peer = 0;
    flow.rule = 0;
    flow.segment = 0;
    dataplane->flows.push_back(flow);
    const Json record = ask({{"command", "flows"}}).front()["record"];
    CHECK_TRUE(record["rule"].is_null());
    STRCMP_EQUAL("e1", record["peer"].get<std::string>().c_str());
}

TEST(Daemons, ADataplaneThatGoesAwayWhileItIsAskedIsSaid) {
    folder.write("running.toml", kBranch);
    start(options());
    connect_dataplane();
    dataplane->answers = false;
    LineClient client(*loop, folder.path() / kOperatorSocket);
    client.send("{\"command\": \"ports\"}\n");
    loop->run_once(1);
    dataplane->turn();
    dataplane->hang_up();
    STRCMP_CONTAINS("the dataplane went away", client.line().c_str());
}

TEST(Daemons, ARefusedClaimIsLogged) {
    folder.write("running.toml", kEdge);
    start(options());
    connect_dataplane();
    api::Event event;
    event.kind = api::EventKind::claim_refused;
    event.peer = 0;
    event.origin = *api::parse_address("203.0.113.99");
    event.destination = *api::parse_address("192.0.2.9");
    event.destination_port = 443;
    event.reason = api::DropReason::origin_not_registered;
    dataplane->tell(event);
    CHECK_TRUE(turn_until(*loop, {dataplane.get()}, [&] {
        return logged.find(
                   "WARNING claim refused peer=b1 origin=203.0.113.99 "
                   "destination=192.0.2.9:443 reason=origin_not_registered\n"
               ) != std::string::npos;
    }));
}

TEST(Daemons, ACaptureNeedsASocket) {
    start(options());
    const Json answer = ask({{"command", "capture"}, {"port", "wan0"}}).back();
    STRCMP_EQUAL(
        "a capture needs a socket to write to",
        answer["message"].get<std::string>().c_str()
    );
}

TEST(Daemons, AKeyLogNeedsADisposableNode) {
    folder.write("running.toml", kBranch);
    const std::string path = folder.path() / "keys";
    daemon = Daemon::make(*loop, log, options(path.c_str())).value();
    STRCMP_CONTAINS("disposable = true", daemon->begin().error().c_str());
    UNSIGNED_LONGS_EQUAL(0, std::filesystem::file_size(path));
}

TEST(Daemons, AKeyLogIsItsOwnersAlone) {
    folder.write("running.toml", with(kBranch, "[[port]]", "disposable = true\n[[port]]"));
    const std::filesystem::path path = folder.write("keys", "old");
    chmod(path.c_str(), 0644);
    start(options(path.c_str()));
    connect_dataplane();
    CHECK_TRUE(turn_until(*loop, {dataplane.get()}, [&] { return !dataplane->sent.empty(); }));

    struct stat status {};

    LONGS_EQUAL(0, stat(path.c_str(), &status));
    LONGS_EQUAL(0600, status.st_mode & 0777);
    const std::string keys = read_file(path, 10'000).value();
    STRCMP_CONTAINS("LOCAL_STATIC_PRIVATE_KEY = ", keys.c_str());
    STRCMP_CONTAINS("\nLOCAL_EPHEMERAL_PRIVATE_KEY = ", keys.c_str());
    const Json shown = ask({{"command", "status"}}).front()["record"];
    STRCMP_EQUAL(path.c_str(), shown["key_log"].get<std::string>().c_str());
}

TEST(Daemons, NoSecretIsLoggedOrTold) {
    log.set_level(LogLevel::trace);
    folder.write(
        "running.toml",
        with(
            with(kBranch, "[[port]]", "disposable = true\n[[port]]"),
            "endpoint =",
            "preshared_key = \"file:node.key\"\nendpoint ="
        )
    );
    const std::string path = folder.path() / "keys";
    start(options(path.c_str()));
    connect_dataplane();
    CHECK_TRUE(turn_until(*loop, {dataplane.get()}, [&] { return !dataplane->sent.empty(); }));
    std::string told = logged;
    for (const char* command :
         {"status", "tunnels", "counters", "ports", "flows", "signins", "neighbours"}) {
        for (const Json& line : ask({{"command", command}})) {
            told += line_of(line);
        }
    }
    dataplane->hang_up();
    turn_until(*loop, {dataplane.get()}, [&] { return dataplane->n_published == 2; });
    told += logged;
    CHECK_TRUE(told.size() > 500);
    // Every key there is: private, preshared and ephemeral ones stand in the key log.
    std::istringstream keys(read_file(path, 10'000).value());
    int n_keys = 0;
    for (std::string line; std::getline(keys, line);) {
        const std::string key = line.substr(line.find(" = ") + 3);
        const bool is_secret = !line.starts_with("REMOTE_STATIC_PUBLIC_KEY");
        CHECK_FALSE(is_secret && told.find(key) != std::string::npos);
        n_keys += is_secret ? 1 : 0;
    }
    CHECK_TRUE(n_keys >= 3);
}
