// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/event_loop.hpp"
#include "control/daemon/log.hpp"
#include "control/daemon/unix_listener.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace egret::control {

/// The socket `wg show` asks: WireGuard's userspace API, its reading side. Who cannot operate the node is turned away, as the
/// socket's mode says. Clients that are slow or silent are closed after kPatienceNs and hold nobody up. Threads: the loop's.
class WireguardServer {
  public:
    static constexpr size_t kMaxConnections = 16;
    static constexpr size_t kMaxRequestBytes = 65'536;
    static constexpr uint64_t kPatienceNs = 5'000'000'000;

    /// The folder `wg` looks for sockets in.
    static constexpr const char* kFolder = "/var/run/wireguard";

    /// Gives the text of `get=1` (wireguard_text.hpp), now or later; an empty one means that nothing runs yet.
    using Get = std::function<void(std::function<void(std::string text)> answer)>;

    /// Listens as `interface`, of which the first 15 characters count, as for every network interface. Error: one sentence;
    /// the node can do without.
    [[nodiscard]] static tl::expected<std::unique_ptr<WireguardServer>, std::string> listen(
        EventLoop& loop,
        Log& log,
        std::string_view interface,
        Get get,
        const std::filesystem::path& folder = kFolder
    );
    WireguardServer(const WireguardServer&) = delete;
    WireguardServer& operator=(const WireguardServer&) = delete;
    ~WireguardServer();

  private:
    class Connection;

    WireguardServer(EventLoop& loop, Log& log, UnixListener listener, Get get);
    void accept();

    EventLoop& loop_;
    Log& log_;
    UnixListener listener_;
    Get get_;
    uint64_t watch_ = 0;
    uint64_t last_number_ = 0;
    std::unordered_map<uint64_t, std::shared_ptr<Connection>> connections_;
};

/// The name of the socket of an interface: characters a file name can have, at most 15 of them.
[[nodiscard]] std::string wireguard_interface(std::string_view node_name);

}  // namespace egret::control
