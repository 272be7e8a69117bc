// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/unix_listener.hpp"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace egret::control {
namespace {

constexpr int kBacklog = 16;

tl::unexpected<std::string> failure(const std::filesystem::path& path) {
    return tl::unexpected(fmt::format("{}: {}", path.string(), std::strerror(errno)));
}

api::Descriptor make_socket() {
    return api::Descriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

bool somebody_listens(const sockaddr* address, socklen_t size) {
    const api::Descriptor probe = make_socket();
    return probe.open() && connect(probe.get(), address, size) == 0;
}

/// The supplementary groups the other end had when it connected; none where the kernel cannot say.
std::vector<gid_t> groups_of(const api::Descriptor& socket) {
    std::vector<gid_t> groups;
    socklen_t size = 0;
    // Asked without room the kernel says how much it wants.
    if (getsockopt(socket.get(), SOL_SOCKET, SO_PEERGROUPS, nullptr, &size) == 0 ||
        errno != ERANGE) {
        return groups;
    }
    groups.resize(size / sizeof(gid_t));
    if (getsockopt(socket.get(), SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) != 0) {
        groups.clear();
    }
    return groups;
}

}  // namespace

tl::expected<UnixListener, std::string>
UnixListener::listen(const std::filesystem::path& path, mode_t mode) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string& text = path.native();
    if (text.size() >= sizeof(address.sun_path)) {
        return tl::unexpected(text + ": is too long for a socket's path");
    }
    text.copy(address.sun_path, text.size());
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    api::Descriptor socket = make_socket();
    if (!socket.open()) {
        return failure(path);
    }
    if (somebody_listens(generic, sizeof(address))) {
        return tl::unexpected(text + ": another process listens there");
    }
    unlink(path.c_str());
    // From its first moment on, the socket is open to nobody it is not meant for.
    const mode_t before = umask(~mode & (S_IRWXU | S_IRWXG | S_IRWXO));
    const int bound = bind(socket.get(), generic, sizeof(address));
    umask(before);
    if (bound != 0 || ::listen(socket.get(), kBacklog) != 0) {
        return failure(path);
    }
    return UnixListener(path, std::move(socket));
}

UnixListener::~UnixListener() {
    if (!path_.empty()) {
        unlink(path_.c_str());
    }
}

std::optional<UnixConnection> UnixListener::accept() const {
    UnixConnection connection{
        api::Descriptor(accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)),
        {}};
    ucred credentials{};
    socklen_t size = sizeof(credentials);
    if (!connection.socket.open() ||
        getsockopt(connection.socket.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
        return std::nullopt;
    }
    connection.peer = {credentials.uid, credentials.pid, groups_of(connection.socket)};
    connection.peer.groups.insert(connection.peer.groups.begin(), credentials.gid);
    return connection;
}

void UnixListener::set_mode(mode_t mode) const {
    chmod(path_.c_str(), mode);
}

bool is_own_or_root(uid_t user) noexcept {
    return user == 0 || user == geteuid();
}

}  // namespace egret::control
