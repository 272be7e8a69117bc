// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/operator_server.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace egret::control {
namespace {

constexpr mode_t kMode = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP;
constexpr mode_t kOpenMode = kMode | S_IROTH | S_IWOTH;

/// One line for somebody who is not let in. It fits an empty socket buffer.
void turn_away(const UnixConnection& connection, const std::string& message) {
    const std::string line = line_of(Json{{"ok", false}, {"message", message}}) + "\n";
    // Somebody who does not wait for it has lost nothing.
    [[maybe_unused]] const ssize_t sent =
        send(connection.socket.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace

tl::expected<std::unique_ptr<OperatorServer>, std::string>
OperatorServer::listen(EventLoop& loop, Log& log, const std::filesystem::path& path, Hooks hooks) {
    auto listener = UnixListener::listen(path, kMode);
    if (!listener) {
        return tl::unexpected(listener.error());
    }
    return std::unique_ptr<OperatorServer>(
        new OperatorServer(loop, log, std::move(*listener), std::move(hooks))
    );
}

OperatorServer::OperatorServer(EventLoop& loop, Log& log, UnixListener listener, Hooks hooks)
    : loop_(loop),
      log_(log),
      listener_(std::move(listener)),
      hooks_(std::move(hooks)) {
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
    if (hooks_.right_of(accepted->peer) == Right::none) {
        refuse(*accepted);
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
        std::move(accepted->peer),
        hooks_.handle,
        [this, self] { connections_.erase(*self); }
    );
    *self = connection.get();
    connections_[connection.get()] = connection;
    connection->start();
}

void OperatorServer::refuse(const UnixConnection& connection) {
    const std::string user = std::to_string(connection.peer.user);
    log_.warning(
        "operator turned away",
        {{"user", user}, {"process", std::to_string(connection.peer.process)}}
    );
    const std::string why = "user " + user + " may not operate this node: only root, user " +
                            std::to_string(geteuid()) + " and the groups of [control] may";
    turn_away(connection, why);
    hooks_.turned_away(connection.peer, why);
}

void OperatorServer::let_others_connect(bool may) {
    listener_.set_mode(may ? kOpenMode : kMode);
}

}  // namespace egret::control
