// SPDX-License-Identifier: Apache-2.0
#include "ports/drivers.hpp"

#include "ports/devargs.hpp"

#include <egret/api/channel.hpp>

#include <rte_errno.h>

#include <cerrno>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace egret {
namespace {

bool is_memif_server(std::string_view devargs) noexcept {
    const std::string_view role = argument_of(devargs, "role");
    return devargs.starts_with("net_memif") && (role == "server" || role == "master");
}

/// True if a socket is there and nobody listens on it.
bool is_abandoned(std::string_view path) noexcept {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof(address.sun_path)) {
        return false;
    }
    path.copy(static_cast<char*>(address.sun_path), path.size());
    const api::Descriptor probe(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
    );
    return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) !=
               0 &&
           errno == ECONNREFUSED;
}

}  // namespace

void clear_the_way(std::string_view devargs) noexcept {
    const std::string_view path = argument_of(devargs, "socket");
    if (is_memif_server(devargs) && argument_of(devargs, "socket-abstract") == "no" &&
        is_abandoned(path)) {
        unlink(std::string(path).c_str());
    }
}

bool connects_once(std::string_view devargs) noexcept {
    return devargs.starts_with("net_memif") && !is_memif_server(devargs);
}

bool shares_queues(std::string_view devargs) noexcept {
    return !devargs.starts_with("net_memif");
}

bool reads_an_interface(std::string_view devargs) noexcept {
    return devargs.starts_with("net_af_packet") || devargs.starts_with("net_af_xdp");
}

MacAddress own_mac(std::string_view devargs, const MacAddress& mac) noexcept {
    constexpr uint8_t kLocal = 0x02;  // administered here (IEEE 802, section 8.4)
    if (!devargs.starts_with("net_tap")) {
        return mac;
    }
    MacAddress own = mac;
    own.front() |= kLocal;
    own.back() ^= 1;
    return own;
}

std::string why_not_attached(std::string_view devargs, int error) {
    const std::string interface(argument_of(devargs, "iface"));
    if (reads_an_interface(devargs) && if_nametoindex(interface.c_str()) == 0) {
        return "there is no interface " + interface;
    }
    // What no bus recognises.
    return error == -EFAULT ? "DPDK knows no such device" : rte_strerror(-error);
}

}  // namespace egret
