// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/wireguard_server.hpp"

#include "control/daemon/clock.hpp"
#include "control/daemon/wireguard_text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <utility>

namespace egret::control {
namespace {

/// IFNAMSIZ without the terminator.
constexpr size_t kMaxInterfaceName = 15;

constexpr std::string_view kRequestEnd = "\n\n";

}  // namespace

/// One client: requests that end with an empty line, one at a time.
class WireguardServer::Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(WireguardServer& server, api::Descriptor socket, uint64_t number)
        : server_(server),
          socket_(std::move(socket)),
          number_(number),
          patience_(server.loop_, [this] { close(); }) {}

    ~Connection() { server_.loop_.forget(watch_); }

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void start() {
        patience_.set(read_clocks().now_ns + kPatienceNs);
        watch_ = server_.loop_.watch(socket_.get(), EPOLLIN, [this](uint32_t events) {
            const auto self = shared_from_this();  // closing ends this object's life
            (events & EPOLLOUT) != 0 ? flush() : read();
        });
    }

  private:
    void read() {
        std::array<char, 4096> chunk;
        const ssize_t size = recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        }
        if (size <= 0) {
            close();
            return;
        }
        received_.append(chunk.data(), static_cast<size_t>(size));
        const size_t end = received_.find(kRequestEnd);
        if (end != std::string::npos) {
            const std::string request = received_.substr(0, end);
            received_.erase(0, end + kRequestEnd.size());
            answer(request);
        } else if (received_.size() > kMaxRequestBytes) {
            close();
        }
    }

    void answer(std::string_view request) {
        if (request != "get=1") {
            // `wg set` and `wg setconf` would undo what was pushed and checked.
            server_.log_.warning(
                "wg set refused: this node is configured by egret push alone",
                {{"request", std::string(request.substr(0, request.find('\n')))}}
            );
            send(wireguard_end_text(request.starts_with("set=1") ? EPERM : EINVAL));
            return;
        }
        server_.get_([client = weak_from_this()](std::string text) {
            if (const auto self = client.lock()) {
                self->send(std::move(text) + wireguard_end_text(0));
            }
        });
    }

    void send(std::string text) {
        waiting_ += text;
        flush();
    }

    void flush() {
        while (!waiting_.empty()) {
            const ssize_t size = ::send(
                socket_.get(),
                waiting_.data(),
                waiting_.size(),
                MSG_NOSIGNAL | MSG_DONTWAIT
            );
            if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
                server_.loop_.change(watch_, EPOLLOUT);
                return;
            }
            if (size < 0) {
                close();
                return;
            }
            waiting_.erase(0, static_cast<size_t>(size));
        }
        server_.loop_.change(watch_, EPOLLIN);
    }

    /// Ends this object's life, unless a caller holds it.
    void close() {
        const uint64_t number = number_;
        server_.connections_.erase(number);
    }

    WireguardServer& server_;
    api::Descriptor socket_;
    uint64_t number_;
    Timer patience_;
    uint64_t watch_ = 0;
    std::string received_;
    std::string waiting_;
};

std::string wireguard_interface(std::string_view node_name) {
    std::string name(node_name.substr(0, kMaxInterfaceName));
    std::ranges::replace_if(
        name,
        [](char c) { return c == '/' || c <= ' ' || c == 0x7f; },
        '-'
    );
    return name;
}

tl::expected<std::unique_ptr<WireguardServer>, std::string> WireguardServer::listen(
    EventLoop& loop,
    Log& log,
    std::string_view interface,
    Get get,
    const std::filesystem::path& folder
) {
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure) {
        return tl::unexpected(folder.string() + ": " + failure.message());
    }
    auto listener = UnixListener::listen(
        folder / (wireguard_interface(interface) + ".sock"),
        S_IRUSR | S_IWUSR
    );
    if (!listener) {
        return tl::unexpected(listener.error());
    }
    return std::unique_ptr<WireguardServer>(
        new WireguardServer(loop, log, std::move(*listener), std::move(get))
    );
}

WireguardServer::WireguardServer(EventLoop& loop, Log& log, UnixListener listener, Get get)
    : loop_(loop),
      log_(log),
      listener_(std::move(listener)),
      get_(std::move(get)) {
    watch_ = loop_.watch(listener_.descriptor(), EPOLLIN, [this](uint32_t) { accept(); });
}

WireguardServer::~WireguardServer() {
    loop_.forget(watch_);
}

void WireguardServer::accept() {
    auto accepted = listener_.accept();
    if (!accepted || !is_own_or_root(accepted->peer.user) ||
        connections_.size() == kMaxConnections) {
        return;
    }
    const uint64_t number = ++last_number_;
    const auto connection =
        std::make_shared<Connection>(*this, std::move(accepted->socket), number);
    connections_[number] = connection;
    connection->start();
}

}  // namespace egret::control
