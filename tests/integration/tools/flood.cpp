// SPDX-License-Identifier: Apache-2.0
// flood: datagrams nobody should fall for, to a node's tunnel port; bounded in number and time.
//
//   flood --to 198.51.100.10:51820 --node-key KEY --kinds garbage,forged --rate 20000 --seconds 5
//         [--capture FILE.pcap]   datagrams of others to the same port, for `replayed` and `truncated`
//         [--sources N]           from that many addresses of 198.19.0.0/16, which the host must own; 0: from its own
//
// Prints one JSON object.
#include "clock.hpp"
#include "hostile.hpp"
#include "site_plan.hpp"
#include "stop_signal.hpp"
#include "udp_socket.hpp"

#include <egret/crypto/key_text.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

namespace egret::test {
namespace {

struct Settings {
    std::string to;
    std::string node_key;
    std::string capture;
    std::vector<std::string> kinds;
    double rate = 1000;
    double seconds = 5;
    uint64_t count = 10'000'000;
    uint32_t sources = 0;
};

int refuse(const std::string& why) {
    std::cerr << "flood: " << why << '\n';
    return 1;
}

/// Sends at the rate until time or number is reached.
nlohmann::json send_all(
    const Settings& settings,
    const api::Endpoint& to,
    HostileDatagrams& hostile,
    const UdpSocket& socket
) {
    const uint64_t start_ns = now_ns();
    const auto lasts_ns = static_cast<uint64_t>(settings.seconds * static_cast<double>(kSecondNs));
    uint64_t sent = 0;
    uint64_t came_back = 0;
    uint64_t elapsed_ns = 0;
    while (stop_requested == 0 && sent < settings.count && elapsed_ns < lasts_ns) {
        elapsed_ns = now_ns() - start_ns;
        const auto due = static_cast<uint64_t>(
            static_cast<double>(elapsed_ns) / static_cast<double>(kSecondNs) * settings.rate
        );
        for (; sent < std::min(due, settings.count); ++sent) {
            const Bytes datagram = hostile.make(settings.kinds[sent % settings.kinds.size()]);
            api::IpAddress source;
            if (settings.sources > 0) {
                source = SitePlan::egress(static_cast<uint32_t>(sent % settings.sources));
            }
            socket.send(to, std::as_bytes(std::span(datagram)), source);
        }
        socket.wait(now_ns() + kMillisecondNs);
        came_back += socket.receive([](const UdpSocket::Arrival&) {});
    }
    return {{"sent", sent}, {"came_back", came_back}};
}

int flood(const Settings& settings) {
    const auto to = api::parse_endpoint(settings.to);
    const auto key = crypto::parse_public_key(settings.node_key);
    if (!to || !key) {
        return refuse("--to is no endpoint or --node-key no key");
    }
    if (!std::ranges::all_of(settings.kinds, HostileDatagrams::is_kind)) {
        return refuse("unknown kind");
    }
    std::vector<Bytes> seen;
    if (!settings.capture.empty()) {
        auto read = read_payloads(settings.capture, to->port);
        if (!read) {
            return refuse(read.error());
        }
        seen = std::move(*read);
    }
    if (seen.empty() && std::ranges::find(settings.kinds, "replayed") != settings.kinds.end()) {
        return refuse("nothing to replay");
    }
    const auto socket = UdpSocket::bind({{to->address.family, {}}, 0});
    if (!socket) {
        return refuse(socket.error());
    }
    HostileDatagrams hostile(*key, std::move(seen));
    std::cout << send_all(settings, *to, hostile, *socket) << '\n';
    return 0;
}

int run(int argc, char** argv) {
    CLI::App app("Datagrams nobody should fall for.", "flood");
    Settings settings;
    app.add_option("--to", settings.to, "the node's tunnel port")->required();
    app.add_option("--node-key", settings.node_key, "the node's public key")->required();
    app.add_option("--kinds", settings.kinds)->delimiter(',')->required();
    app.add_option("--capture", settings.capture, "datagrams of others");
    app.add_option("--rate", settings.rate, "datagrams a second");
    app.add_option("--seconds", settings.seconds);
    app.add_option("--count", settings.count, "at most so many");
    app.add_option("--sources", settings.sources, "addresses to send from")
        ->check(CLI::Range(0U, SitePlan::kMaxSites));
    CLI11_PARSE(app, argc, argv);
    catch_stop_signals();
    return flood(settings);
}

}  // namespace
}  // namespace egret::test

int main(int argc, char** argv) {
    return egret::test::run(argc, argv);
}
