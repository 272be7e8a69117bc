// SPDX-License-Identifier: Apache-2.0
// many_peers: as many branches as wanted, in one process.
//
//   many_peers config --peers 1000                 the [[peer]] sections of an edge that knows them all
//   many_peers run --peers 1000 --edge 198.51.100.10:51820 --edge-key KEY --service 192.0.2.10:7000 --seconds 20
//
// The host must own 198.19.0.0/16 (`ip route add local 198.19.0.0/16 dev lo`); behind the edge must be `steady_udp echo`.
// One JSON object is printed at the end. SIGUSR1 marks the moment from which `settled` counts: sites that were answered by a
// session made since. With --until-settled the run ends a second after all are, but not before as many marks as --marks says.
#include "clock.hpp"
#include "fleet.hpp"
#include "stop_signal.hpp"

#include <egret/crypto/key_text.hpp>

#include <CLI/CLI.hpp>
#include <iostream>
#include <optional>

namespace egret::test {
namespace {

volatile std::sig_atomic_t mark_requested = 0;

struct Settings {
    uint32_t peers = 1000;
    uint8_t seed = 1;
    std::string suite = "wireguard";
    std::string edge;
    std::string edge_key;
    std::string service;
    std::string carry = "header";
    double seconds = 0;
    bool until_settled = false;
    unsigned marks = 0;
    FleetSettings fleet;
};

int refuse(const std::string& why) {
    std::cerr << "many_peers: " << why << '\n';
    return 1;
}

/// Completes what was read from the command line. Error: one sentence.
std::optional<std::string> complete(Settings& settings) {
    const auto edge = api::parse_endpoint(settings.edge);
    const auto service = api::parse_endpoint(settings.service);
    const auto key = crypto::parse_public_key(settings.edge_key);
    if (!edge || !service) {
        return "--edge or --service is no endpoint";
    }
    if (!key) {
        return "--edge-key is no key";
    }
    settings.fleet.edge = *edge;
    settings.fleet.service = *service;
    settings.fleet.edge_key = *key;
    settings.fleet.header_carry = settings.carry == "header";
    return std::nullopt;
}

crypto::Suite suite_of(const Settings& settings) {
    return settings.suite == "aes256gcm" ? crypto::Suite::aes256gcm : crypto::Suite::wireguard;
}

void run_until(Fleet& fleet, uint64_t end_ns, const Settings& settings) {
    unsigned marks = 0;
    const auto is_settled = [&] {
        return settings.until_settled && marks >= settings.marks && fleet.settled();
    };
    while (stop_requested == 0 && now_ns() < end_ns && !is_settled()) {
        if (mark_requested != 0) {
            mark_requested = 0;
            ++marks;
            fleet.mark();
        }
        fleet.step();
    }
}

/// What is under way may still arrive.
void linger(Fleet& fleet) {
    fleet.quiet();
    const uint64_t end_ns = now_ns() + kSecondNs;
    while (now_ns() < end_ns) {
        fleet.step();
    }
}

int play(Settings& settings) {
    if (const auto wrong = complete(settings)) {
        return refuse(*wrong);
    }
    settings.fleet.suite = suite_of(settings);
    api::Endpoint own{{settings.fleet.edge.address.family, {}}, settings.fleet.port};
    auto socket = UdpSocket::bind(own);
    if (!socket) {
        return refuse(socket.error());
    }

    struct sigaction action {};

    action.sa_handler = [](int) { mark_requested = 1; };
    sigaction(SIGUSR1, &action, nullptr);

    const SitePlan plan(settings.peers, settings.seed);
    Fleet fleet(plan, settings.fleet, std::move(*socket));
    const double forever = 1e9;
    const double seconds = settings.seconds > 0 ? settings.seconds : forever;
    const uint64_t lasts_ns = static_cast<uint64_t>(seconds * static_cast<double>(kSecondNs));
    run_until(fleet, now_ns() + lasts_ns, settings);
    linger(fleet);
    std::cout << fleet.report() << '\n';
    return 0;
}

int run(int argc, char** argv) {
    CLI::App app("Many branches in one process.", "many_peers");
    Settings settings;
    app.require_subcommand(1);
    CLI::App* config = app.add_subcommand("config", "print the edge's [[peer]] sections");
    CLI::App* player = app.add_subcommand("run", "play the sites");
    for (CLI::App* command : {config, player}) {
        command->add_option("--peers", settings.peers)->check(CLI::Range(1U, SitePlan::kMaxSites));
        command->add_option("--seed", settings.seed, "of the sites' keys");
        command->add_option("--suite", settings.suite)
            ->check(CLI::IsMember({"wireguard", "aes256gcm"}));
    }
    player->add_option("--edge", settings.edge)->required();
    player->add_option("--edge-key", settings.edge_key, "its public key")->required();
    player->add_option("--service", settings.service, "the echo behind it")->required();
    player->add_option("--carry", settings.carry)->check(CLI::IsMember({"header", "source"}));
    player->add_option("--port", settings.fleet.port, "UDP port of the sites");
    player->add_option("--rate", settings.fleet.rate, "packets a second and site");
    player->add_option("--size", settings.fleet.size_bytes, "of an inner packet, in bytes");
    player->add_option("--ramp", settings.fleet.ramp_seconds, "seconds of first handshakes");
    player->add_option("--rekey", settings.fleet.rekey_seconds, "seconds between handshakes");
    player->add_option("--seconds", settings.seconds, "0: until SIGTERM");
    player->add_flag("--until-settled", settings.until_settled);
    player->add_option("--marks", settings.marks, "before --until-settled counts");
    CLI11_PARSE(app, argc, argv);
    catch_stop_signals();
    if (player->parsed()) {
        return play(settings);
    }
    std::cout << SitePlan(settings.peers, settings.seed).peer_sections(suite_of(settings));
    return 0;
}

}  // namespace
}  // namespace egret::test

int main(int argc, char** argv) {
    return egret::test::run(argc, argv);
}
