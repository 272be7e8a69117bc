// SPDX-License-Identifier: Apache-2.0
#include "service_manager.hpp"

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace egret {
namespace {

std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

uint64_t number(std::string_view text) {
    uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

ServiceManager::ServiceManager()
    : path_(variable("NOTIFY_SOCKET")) {
    const std::string_view process = variable("WATCHDOG_PID");
    if (process.empty() || number(process) == static_cast<uint64_t>(getpid())) {
        constexpr uint64_t kNsPerUs = 1000;
        interval_ns_ = number(variable("WATCHDOG_USEC")) * kNsPerUs / 2;
    }
}

void ServiceManager::alive(uint64_t now_ns) {
    if (interval_ns_ > 0 && now_ns >= next_ns_) {
        next_ns_ = now_ns + interval_ns_;
        notify("WATCHDOG=1");
    }
}

void ServiceManager::notify(std::string_view text) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.empty() || path_.size() >= sizeof(address.sun_path)) {
        return;
    }
    path_.copy(static_cast<char*>(address.sun_path), path_.size());
    if (path_.front() == '@') {
        address.sun_path[0] = '\0';  // the abstract name space
    }
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path_.size());
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    // Best effort: a service manager that does not listen will act as if nothing was said.
    sendto(
        socket,
        text.data(),
        text.size(),
        MSG_NOSIGNAL,
        reinterpret_cast<const sockaddr*>(&address),
        size
    );
    close(socket);
}

}  // namespace egret
