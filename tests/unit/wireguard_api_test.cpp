// SPDX-License-Identifier: Apache-2.0
// What `wg show` is told, and that it is told nothing else.
#include "control/daemon/wireguard_server.hpp"
#include "control/daemon/wireguard_text.hpp"
#include "control_fixture.hpp"

#include <array>
#include <sys/socket.h>
#include <sys/un.h>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

constexpr Moment kNow{.now_ns = 100'000'000'000, .unix_ns = 1'763'625'600'000'000'000};

api::PeerRecord heard_of() {
    api::PeerRecord record;
    record.endpoint = *api::parse_endpoint("198.51.100.7:4500");
    record.has_session = true;
    record.session_created_ns = kNow.now_ns - 1'500'000'000;
    record.bytes_received = 148;
    record.bytes_sent = 92;
    return record;
}

bool holds(const std::string& text, std::string_view line) {
    return ("\n" + text).find("\n" + std::string(line) + "\n") != std::string::npos;
}

/// A client of the socket: asks, and turns the loop until the answer's end.
class Client {
  public:
    Client(EventLoop& loop, const std::filesystem::path& path)
        : loop_(loop),
          socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.native().copy(address.sun_path, path.native().size());
        const int connected =
            connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
        LONGS_EQUAL(0, connected);
    }

    /// What comes until an empty line or the end of the connection.
    std::string ask(std::string_view request) {
        send(socket_.get(), request.data(), request.size(), MSG_NOSIGNAL);
        std::string answer;
        for (int turn = 0; turn < 100 && !answer.ends_with("\n\n"); ++turn) {
            loop_.run_once(0);
            std::array<char, 65'536> chunk;
            const ssize_t size = recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
            if (size == 0) {
                break;
            }
            answer.append(chunk.data(), size > 0 ? static_cast<size_t>(size) : 0);
        }
        return answer;
    }

    [[nodiscard]] bool is_closed() const {
        char byte = 0;
        return recv(socket_.get(), &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
    }

  private:
    EventLoop& loop_;
    api::Descriptor socket_;
};

}  // namespace

struct WireguardApiTests : Utest {
    TempFolder folder;
    std::unique_ptr<EventLoop> loop = EventLoop::make().value();
    std::string logged;
    Log log{
        [this](const LogRecord& record) { logged += log_line(record) + "\n"; },
        [] { return uint64_t{0}; }};

    [[nodiscard]] std::filesystem::path socket() const {
        return folder.path() / "branch-042-in-l.sock";
    }

    /// A server whose node has `text` to tell.
    std::unique_ptr<WireguardServer> serve(const std::string& text) {
        return WireguardServer::listen(
                   *loop,
                   log,
                   "branch-042-in-lyon",
                   [text](const auto& answer) { answer(text); },
                   folder.path()
        )
            .value();
    }
};

TEST_GROUP_BASE(WireguardApi, WireguardApiTests){};

TEST(WireguardApi, TellsWhereAPeerIsAndWhenItShookHands) {
    const Generation generation = compiled(folder, kEdge);
    const std::array<api::PeerRecord, 1> records{heard_of()};
    const std::string text = wireguard_get_text(generation, records, kNow);
    CHECK_TRUE(holds(text, "listen_port=51820"));
    CHECK_TRUE(holds(text, "endpoint=198.51.100.7:4500"));
    CHECK_TRUE(holds(text, "last_handshake_time_sec=1763625598"));
    CHECK_TRUE(holds(text, "last_handshake_time_nsec=500000000"));
    CHECK_TRUE(holds(text, "rx_bytes=148"));
    CHECK_TRUE(holds(text, "tx_bytes=92"));
}

TEST(WireguardApi, AnEdgesPeerMaySendItsRegisteredOrigins) {
    const Generation generation = compiled(folder, kEdge);
    const std::string text = wireguard_get_text(generation, {}, kNow);
    CHECK_TRUE(holds(text, "allowed_ip=203.0.113.7/32"));
    CHECK_FALSE(holds(text, "allowed_ip=0.0.0.0/0"));
}

TEST(WireguardApi, APeerNeverHeardOfHasShakenHandsAtZero) {
    const Generation generation = compiled(folder, kBranch);
    const std::string text = wireguard_get_text(generation, {}, kNow);
    CHECK_TRUE(holds(text, "last_handshake_time_sec=0"));
    CHECK_TRUE(holds(text, "allowed_ip=0.0.0.0/0"));
    CHECK_TRUE(holds(text, "allowed_ip=::/0"));
}

TEST(WireguardApi, NoSecretIsTold) {
    const Generation generation = compiled(folder, kBranch);
    const std::string text = wireguard_get_text(generation, {}, kNow);
    CHECK_EQUAL(std::string::npos, text.find("private_key"));
    CHECK_EQUAL(std::string::npos, text.find("preshared_key"));
}

TEST(WireguardApi, GetIsAnsweredToItsEnd) {
    const auto server = serve("listen_port=51820\n");
    Client client(*loop, socket());
    STRCMP_EQUAL("listen_port=51820\nerrno=0\n\n", client.ask("get=1\n\n").c_str());
    STRCMP_EQUAL("listen_port=51820\nerrno=0\n\n", client.ask("get=1\n\n").c_str());
}

TEST(WireguardApi, AThousandPeersFitThroughTheSocket) {
    const std::string text(1'000'000, 'x');
    const auto server = serve(text);
    Client client(*loop, socket());
    UNSIGNED_LONGS_EQUAL(text.size() + 9, client.ask("get=1\n\n").size());
}

TEST(WireguardApi, SetIsRefusedAndLoggedWithoutWhatItWouldSet) {
    const auto server = serve("");
    Client client(*loop, socket());
    STRCMP_EQUAL("errno=1\n\n", client.ask("set=1\nprivate_key=abcdef\n\n").c_str());
    CHECK_TRUE(logged.find("wg set refused") != std::string::npos);
    CHECK_EQUAL(std::string::npos, logged.find("abcdef"));
}

TEST(WireguardApi, AnUnknownRequestIsRefused) {
    const auto server = serve("");
    Client client(*loop, socket());
    STRCMP_EQUAL("errno=22\n\n", client.ask("hello\n\n").c_str());
}

TEST(WireguardApi, AnEndlessRequestIsCutOff) {
    const auto server = serve("");
    Client client(*loop, socket());
    for (size_t sent = 0; sent <= WireguardServer::kMaxRequestBytes; sent += 4096) {
        CHECK_FALSE(client.is_closed());
        client.ask(std::string(4096, 'x'));
    }
    CHECK_TRUE(client.is_closed());
}

TEST(WireguardApi, NamesOfInterfacesAreCutAndHarmless) {
    STRCMP_EQUAL("branch-042-in-l", wireguard_interface("branch-042-in-lyon").c_str());
    STRCMP_EQUAL("..-evil", wireguard_interface("../evil").c_str());
}
