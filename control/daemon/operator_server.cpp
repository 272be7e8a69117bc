// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/operator_server.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace egret::control {
namespace {

/// The group of the socket may connect too, for the day it has a role; who is let in is decided by user.
constexpr mode_t kMode = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP;

/// One line for somebody who is not let in. It fits an empty socket buffer.
void turn_away(const UnixConnection& connection, const std::string& message) {
    const std::string line = line_of(Json{{"ok", false}, {"message", message}}) + "\n";
    // Somebody who does not wait for it has lost nothing.
    [[maybe_unused]] const ssize_t sent =
        send(connection.socket.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace

tl::expected<std::unique_ptr<OperatorServer>, std::string> OperatorServer::listen(
    EventLoop& loop,
    Log& log,
    const std::filesystem::path& path,
    OperatorHandler handle
) {
    auto listener = UnixListener::listen(path, kMode);
    if (!listener) {
        return tl::unexpected(listener.error());
    }
    return std::unique_ptr<OperatorServer>(
        new OperatorServer(loop, log, std::move(*listener), std::move(handle))
    );
}

OperatorServer::OperatorServer(
    EventLoop& loop,
    Log& log,
    UnixListener listener,
    OperatorHandler handle
)
    : loop_(loop),
      log_(log),
      listener_(std::move(listener)),
      handle_(std::move(handle)) {
    watch_ = loop_.watch(listener_.descriptor(), EPOLLIN, [this](uint32_t) { accept(); });
}

OperatorServer::~OperatorServer() {
    loop_.forget(watch_);
}

void OperatorServer::accept() {
    auto accepted = listener_.accept();
    if (!accepted) {
        return;
    }
    if (!is_own_or_root(accepted->user)) {
        const std::string user = std::to_string(accepted->user);
        log_.warning(
            "operator turned away",
            {{"user", user}, {"process", std::to_string(accepted->process)}}
        );
        turn_away(
            *accepted,
            "user " + user + " may not operate this node: only root and user " +
                std::to_string(geteuid()) + " may"
        );
        return;
    }
    if (connections_.size() == kMaxConnections) {
        turn_away(*accepted, "too many operators are connected already");
        return;
    }
    // The connection names itself only once it exists.
    const auto self = std::make_shared<const OperatorConnection*>(nullptr);
    auto connection = std::make_shared<OperatorConnection>(
        loop_,
        std::move(accepted->socket),
        accepted->user,
        handle_,
        [this, self] { connections_.erase(*self); }
    );
    *self = connection.get();
    connections_[connection.get()] = connection;
    connection->start();
}

}  // namespace egret::control
