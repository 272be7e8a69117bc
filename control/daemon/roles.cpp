// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/roles.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace egret::control {
namespace {

/// Room for the members of a group; one of thousands takes more.
constexpr size_t kFirstRoom = 4096;
constexpr size_t kMostRoom = size_t{4} << 20;

tl::expected<std::optional<gid_t>, std::string> group_of(const Text& name, const char* key) {
    if (name->empty()) {
        return std::nullopt;
    }
    std::vector<char> room(kFirstRoom);
    group entry{};
    group* found = nullptr;
    int error = getgrnam_r(name->c_str(), &entry, room.data(), room.size(), &found);
    while (error == ERANGE && room.size() < kMostRoom) {
        room.resize(room.size() * 4);
        error = getgrnam_r(name->c_str(), &entry, room.data(), room.size(), &found);
    }
    if (found == nullptr) {
        return tl::unexpected(fmt::format(
            "control.{}: this machine has no group {}: make it with groupadd, or name another",
            key,
            *name
        ));
    }
    return found->gr_gid;
}

}  // namespace

std::string_view name_of(Right right) noexcept {
    constexpr std::array<std::string_view, 4> kNames{"nothing", "read", "operate", "root"};
    return kNames.at(static_cast<size_t>(right));
}

tl::expected<Roles, std::string> Roles::of(const ControlSection& section) {
    const auto operators = group_of(section.operators, "operators");
    if (!operators) {
        return tl::unexpected(operators.error());
    }
    const auto readers = group_of(section.readers, "readers");
    if (!readers) {
        return tl::unexpected(readers.error());
    }
    Roles roles;
    roles.operators_ = *operators;
    roles.readers_ = *readers;
    return roles;
}

Right Roles::right_of(const UnixPeer& peer) const noexcept {
    const auto is_in = [&](const std::optional<gid_t>& group) {
        return group && std::ranges::find(peer.groups, *group) != peer.groups.end();
    };
    if (peer.user == 0) {
        return Right::root;
    }
    if (peer.user == geteuid() || is_in(operators_)) {
        return Right::operate;
    }
    return is_in(readers_) ? Right::read : Right::none;
}

std::string user_name(uid_t user) {
    std::vector<char> room(kFirstRoom);
    passwd entry{};
    passwd* found = nullptr;
    const int error = getpwuid_r(user, &entry, room.data(), room.size(), &found);
    return error == 0 && found != nullptr ? found->pw_name : "";
}

}  // namespace egret::control
