// SPDX-License-Identifier: Apache-2.0
#include "control/operator/client.hpp"

#include "control/operator/protocol.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace egret::control {
namespace {

/// Why nobody answers, in words that lead somewhere.
std::string connect_failure(const std::string& path, int error) {
    switch (error) {
        case ENOENT:
        case ECONNREFUSED:
            return fmt::format(
                "{}: no egretd there: start it (systemctl start egretd), or name its run "
                "directory with --run-dir",
                path
            );
        case EACCES:
        case EPERM:
            return fmt::format(
                "{}: not allowed: run as root, as egretd's user or as a member of a group of "
                "[control]",
                path
            );
        default:
            return fmt::format("{}: {}", path, std::strerror(error));
    }
}

/// The first part of a request carries the descriptor.
ssize_t send_some(int socket, std::string_view bytes, int descriptor) {
    iovec part{const_cast<char*>(bytes.data()), bytes.size()};  // sendmsg does not write
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    if (descriptor >= 0) {
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        cmsghdr* rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int));
        std::memcpy(CMSG_DATA(rights), &descriptor, sizeof(descriptor));
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

}  // namespace

tl::expected<OperatorClient, std::string> OperatorClient::connect(
    const std::filesystem::path& run_directory
) {
    const std::string path = run_directory / kOperatorSocket;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
        return tl::unexpected(path + ": is too long for a socket's path");
    }
    path.copy(address.sun_path, path.size());
    api::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket.open() ||
        ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) !=
            0) {
        return tl::unexpected(connect_failure(path, errno));
    }
    return OperatorClient(std::move(socket), path);
}

tl::expected<Json, std::string>
OperatorClient::request(const Json& request, const OnRecord& on_record, int descriptor) {
    // An egretd that refuses the user answers and closes before it reads: its sentence is worth more than our failure.
    const auto sent = send(line_of(request) + "\n", descriptor);
    while (true) {
        const auto line = read_line();
        if (!line) {
            return tl::unexpected(sent ? line.error() : sent.error());
        }
        Json answer = Json::parse(*line, nullptr, false);
        if (!answer.is_object()) {
            return tl::unexpected(path_ + ": what answers there is no egretd of this release");
        }
        const auto record = answer.find("record");
        if (record == answer.end()) {
            return answer;
        }
        on_record(*record);
    }
}

tl::expected<void, std::string> OperatorClient::send(const std::string& line, int descriptor) {
    std::string_view rest = line;
    while (!rest.empty()) {
        const bool is_first = rest.size() == line.size();
        const ssize_t sent = send_some(socket_.get(), rest, is_first ? descriptor : -1);
        if (sent < 0 && errno != EINTR) {
            return tl::unexpected(fmt::format("{}: {}", path_, std::strerror(errno)));
        }
        rest.remove_prefix(sent > 0 ? static_cast<size_t>(sent) : 0);
    }
    return {};
}

tl::expected<std::string, std::string> OperatorClient::read_line() {
    size_t searched = 0;
    while (true) {
        const size_t end = received_.find('\n', searched);
        if (end != std::string::npos) {
            std::string line = received_.substr(0, end);
            received_.erase(0, end + 1);
            return line;
        }
        searched = received_.size();
        std::array<char, 65536> chunk;
        const ssize_t size = read(socket_.get(), chunk.data(), chunk.size());
        if (size == 0) {
            return tl::unexpected(path_ + ": egretd closed the connection");
        }
        if (size < 0 && errno != EINTR) {
            return tl::unexpected(fmt::format("{}: {}", path_, std::strerror(errno)));
        }
        received_.append(chunk.data(), size > 0 ? static_cast<size_t>(size) : 0);
    }
}

}  // namespace egret::control
