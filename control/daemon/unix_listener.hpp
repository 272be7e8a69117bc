// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/roles.hpp"

#include <egret/api/channel.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <tl/expected.hpp>
#include <utility>

namespace egret::control {

/// A stream connection somebody made, and whose process it is.
struct UnixConnection {
    api::Descriptor socket;
    UnixPeer peer;
};

/// A listening stream socket in the file system. A socket file nobody listens at is replaced; ours is removed with the
/// object. Threads: one owner.
class UnixListener {
  public:
    /// Error: one sentence, for instance that somebody listens there.
    [[nodiscard]] static tl::expected<UnixListener, std::string>
    listen(const std::filesystem::path& path, mode_t mode);

    UnixListener(UnixListener&& other) noexcept
        : path_(std::exchange(other.path_, {})),
          socket_(std::move(other.socket_)) {}

    UnixListener& operator=(UnixListener&&) = delete;
    UnixListener(const UnixListener&) = delete;
    UnixListener& operator=(const UnixListener&) = delete;
    ~UnixListener();

    /// The next connection, never blocking; nothing if nobody waits.
    [[nodiscard]] std::optional<UnixConnection> accept() const;

    /// Whom the file system lets connect from now on.
    void set_mode(mode_t mode) const;

    [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }

  private:
    UnixListener(std::filesystem::path path, api::Descriptor socket)
        : path_(std::move(path)),
          socket_(std::move(socket)) {}

    std::filesystem::path path_;
    api::Descriptor socket_;
};

/// True if the user of a connection is root or this process's own.
[[nodiscard]] bool is_own_or_root(uid_t user) noexcept;

}  // namespace egret::control
