// SPDX-License-Identifier: Apache-2.0
#include "line_client.hpp"

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <sys/un.h>

#include <CppUTest/TestHarness.h>

namespace egret::test {
namespace {

/// Turns of a loop after which nothing is waited for any more; each takes a millisecond at most.
constexpr int kTurns = 2000;

}  // namespace

LineClient::LineClient(control::EventLoop& loop, const std::filesystem::path& path)
    : loop_(loop),
      socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.native().copy(address.sun_path, path.native().size());
    LONGS_EQUAL(
        0,
        connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address))
    );
}

void LineClient::send(std::string_view text) {
    for (int turn = 0; turn < kTurns && !text.empty(); ++turn) {
        const ssize_t sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) {
            return;  // the other end has had enough
        }
        text.remove_prefix(sent > 0 ? static_cast<size_t>(sent) : 0);
        loop_.run_once(0);
    }
}

std::string LineClient::line() {
    for (int turn = 0; turn < kTurns; ++turn) {
        receive();
        const size_t end = received_.find('\n');
        if (end != std::string::npos) {
            const std::string line = received_.substr(0, end);
            received_.erase(0, end + 1);
            return line;
        }
        if (is_closed_ || turn > 50) {
            break;
        }
        meanwhile();
        loop_.run_once(1);
    }
    return {};
}

void LineClient::shut() {
    shutdown(socket_.get(), SHUT_WR);
}

bool LineClient::is_closed() {
    for (int turn = 0; turn < kTurns && !is_closed_; ++turn) {
        loop_.run_once(1);
        receive();
    }
    return is_closed_;
}

void LineClient::receive() {
    std::array<char, 65'536> chunk;
    const ssize_t size = recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (size > 0) {
        received_.append(chunk.data(), static_cast<size_t>(size));
    } else if (size == 0 || errno == ECONNRESET) {
        is_closed_ = true;
    }
}

}  // namespace egret::test
