// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <tl/expected.hpp>
#include <vector>

namespace egret::control {

/// What somebody may do at the operators' socket; each includes those before it.
enum class Right : uint8_t { none, read, operate, root };

/// "nothing", "read", "operate", "root".
[[nodiscard]] std::string_view name_of(Right right) noexcept;

/// Who is at the other end of a connection, as the kernel knows it.
struct UnixPeer {
    uid_t user = 0;
    pid_t process = 0;
    std::vector<gid_t> groups;  ///< first the primary one, then the supplementary ones
};

/// The Unix groups of [control]: who may operate a node, and who may look. Root may do everything, egretd's own user may
/// operate, whatever the groups are. Plain data.
class Roles {
  public:
    /// Nobody but root and the own user.
    Roles() = default;

    /// Looks the groups up. Error: one does not exist, one sentence.
    [[nodiscard]] static tl::expected<Roles, std::string> of(const ControlSection& section);

    [[nodiscard]] Right right_of(const UnixPeer& peer) const noexcept;

    /// Somebody besides root and the own user may connect.
    [[nodiscard]] bool has_groups() const noexcept { return operators_ || readers_; }

  private:
    std::optional<gid_t> operators_;
    std::optional<gid_t> readers_;
};

/// The name of a user; empty if it has none.
[[nodiscard]] std::string user_name(uid_t user);

}  // namespace egret::control
