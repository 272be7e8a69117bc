// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/event_loop.hpp"
#include "control/daemon/log.hpp"
#include "control/daemon/operator_connection.hpp"
#include "control/daemon/unix_listener.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <unordered_map>

namespace egret::control {

/// Where operators come in: RUN-DIR/control.sock. Who may do nothing here is told so and turned away; what the others may is
/// decided with each request. Threads: the loop's.
class OperatorServer {
  public:
    static constexpr size_t kMaxConnections = 32;

    struct Hooks {
        OperatorHandler handle;  ///< called with each request
        std::function<Right(const UnixPeer& peer)> right_of;
        std::function<void(const UnixPeer& peer, const std::string& why)> turned_away = [](auto&&...
                                                                                        ) {};
    };

    /// Error: the socket cannot be made, one sentence.
    [[nodiscard]] static tl::expected<std::unique_ptr<OperatorServer>, std::string>
    listen(EventLoop& loop, Log& log, const std::filesystem::path& path, Hooks hooks);
    OperatorServer(const OperatorServer&) = delete;
    OperatorServer& operator=(const OperatorServer&) = delete;
    ~OperatorServer();

    /// Whether anybody besides root and the daemon's own user and group has a right here: the file system then lets everybody
    /// connect, as a socket has only one group, and this class turns away who has none.
    void let_others_connect(bool may);

  private:
    OperatorServer(EventLoop& loop, Log& log, UnixListener listener, Hooks hooks);
    void accept();
    void refuse(const UnixConnection& connection);

    EventLoop& loop_;
    Log& log_;
    UnixListener listener_;
    Hooks hooks_;
    uint64_t watch_ = 0;
    std::unordered_map<const OperatorConnection*, std::shared_ptr<OperatorConnection>> connections_;
};

}  // namespace egret::control
