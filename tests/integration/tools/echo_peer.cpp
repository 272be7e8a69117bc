// SPDX-License-Identifier: Apache-2.0
// echo_peer: the far end of one branch, without a kernel behind it: it returns every inner UDP packet, and renews the session
// as often as it is told, far more often than a WireGuard would. So a branch's rekeys are tested in seconds.
//
//   echo_peer --at 198.51.100.10:51820 --key-file edge.key --branch-key KEY --rekey-ms 500
//
// Runs until SIGTERM; then prints one JSON object.
#include "clock.hpp"
#include "inner_packet.hpp"
#include "stop_signal.hpp"
#include "udp_socket.hpp"
#include "wire_peer.hpp"

#include <egret/crypto/key_text.hpp>
#include <egret/crypto/random.hpp>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace egret::test {
namespace {

struct Settings {
    std::string at;
    std::string key_file;
    std::string branch_key;
    std::string suite = "wireguard";
    unsigned rekey_ms = 0;
};

int refuse(const std::string& why) {
    std::cerr << "echo_peer: " << why << '\n';
    return 1;
}

class EchoPeer {
  public:
    EchoPeer(UdpSocket socket, WirePeer peer, uint64_t rekey_ns)
        : socket_(std::move(socket)),
          peer_(std::move(peer)),
          rekey_ns_(rekey_ns) {}

    void run() {
        uint64_t due_ns = UINT64_MAX;
        while (stop_requested == 0) {
            const uint64_t now = now_ns();
            // The first handshake is the branch's: it says where the branch is.
            if (rekey_ns_ > 0 && branch_.address.present() && due_ns == UINT64_MAX) {
                due_ns = now + rekey_ns_;
            }
            if (now >= due_ns) {
                due_ns = now + rekey_ns_;
                ++initiations_;
                socket_.send(branch_, peer_.initiate(random_, now, unix_ns()));
            }
            socket_.wait(std::min(due_ns, now + kSecondNs));
            socket_.receive([this](const UdpSocket::Arrival& arrival) { take(arrival); });
        }
    }

    [[nodiscard]] nlohmann::json report() const {
        return {
            {"initiations", initiations_},
            {"established", established_},
            {"answered", answered_},
            {"data", data_},
            {"replayed", replayed_},
            {"refused", refused_},
        };
    }

  private:
    void take(const UdpSocket::Arrival& arrival) {
        const auto received = peer_.receive(arrival.bytes, random_, now_ns());
        if (received.took == WirePeer::Took::refused) {
            ++refused_;
            return;
        }
        branch_ = arrival.source;
        switch (received.took) {
            case WirePeer::Took::established:
                ++established_;
                socket_.send(branch_, peer_.seal({}));
                break;
            case WirePeer::Took::answered:
                ++answered_;
                socket_.send(branch_, received.reply);
                break;
            case WirePeer::Took::data:
                ++data_;
                echo(received.payload);
                break;
            case WirePeer::Took::replayed:
                ++replayed_;
                break;
            default:
                break;
        }
    }

    void echo(std::span<std::byte> payload) {
        const auto packet = turn_around(payload);
        if (!packet.empty()) {
            socket_.send(branch_, peer_.seal(packet));
        }
    }

    UdpSocket socket_;
    WirePeer peer_;
    uint64_t rekey_ns_;
    crypto::Random random_ = crypto::Random::system();
    api::Endpoint branch_;
    uint64_t initiations_ = 0;
    uint64_t established_ = 0;
    uint64_t answered_ = 0;
    uint64_t data_ = 0;
    uint64_t replayed_ = 0;
    uint64_t refused_ = 0;
};

std::optional<crypto::PrivateKey> read_key(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return crypto::parse_private_key(line);
}

int play(const Settings& settings) {
    const auto at = api::parse_endpoint(settings.at);
    auto own = read_key(settings.key_file);
    const auto branch = crypto::parse_public_key(settings.branch_key);
    if (!at || !own || !branch) {
        return refuse("--at is no endpoint, or a key is none");
    }
    auto socket = UdpSocket::bind(*at);
    if (!socket) {
        return refuse(socket.error());
    }
    const auto suite =
        settings.suite == "aes256gcm" ? crypto::Suite::aes256gcm : crypto::Suite::wireguard;
    WirePeer peer({1, suite, crypto::KeyPair(std::move(*own)), *branch});
    EchoPeer echo(std::move(*socket), std::move(peer), settings.rekey_ms * kMillisecondNs);
    echo.run();
    std::cout << echo.report() << '\n';
    return 0;
}

int run(int argc, char** argv) {
    CLI::App app("The far end of one branch, that echoes.", "echo_peer");
    Settings settings;
    app.add_option("--at", settings.at, "address and port to listen on")->required();
    app.add_option("--key-file", settings.key_file, "its private key")->required();
    app.add_option("--branch-key", settings.branch_key, "the branch's public key")->required();
    app.add_option("--suite", settings.suite)->check(CLI::IsMember({"wireguard", "aes256gcm"}));
    app.add_option("--rekey-ms", settings.rekey_ms, "between its handshakes; 0: none");
    CLI11_PARSE(app, argc, argv);
    catch_stop_signals();
    return play(settings);
}

}  // namespace
}  // namespace egret::test

int main(int argc, char** argv) {
    return egret::test::run(argc, argv);
}
