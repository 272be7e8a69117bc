// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/event_loop.hpp"
#include "control/daemon/log.hpp"
#include "control/daemon/operator_connection.hpp"
#include "control/daemon/unix_listener.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <unordered_map>

namespace egret::control {

/// Where operators come in: RUN-DIR/control.sock. Root and the daemon's own user may operate; others are told so and turned
/// away. Threads: the loop's.
class OperatorServer {
  public:
    static constexpr size_t kMaxConnections = 32;

    /// `handle` is called with each request. Error: the socket cannot be made, one sentence.
    [[nodiscard]] static tl::expected<std::unique_ptr<OperatorServer>, std::string>
    listen(EventLoop& loop, Log& log, const std::filesystem::path& path, OperatorHandler handle);
    OperatorServer(const OperatorServer&) = delete;
    OperatorServer& operator=(const OperatorServer&) = delete;
    ~OperatorServer();

  private:
    OperatorServer(EventLoop& loop, Log& log, UnixListener listener, OperatorHandler handle);
    void accept();

    EventLoop& loop_;
    Log& log_;
    UnixListener listener_;
    OperatorHandler handle_;
    uint64_t watch_ = 0;
    std::unordered_map<const OperatorConnection*, std::shared_ptr<OperatorConnection>> connections_;
};

}  // namespace egret::control
