// SPDX-License-Identifier: Apache-2.0
#include "ports/host_link.hpp"

#include <egret/api/channel.hpp>

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace egret {

std::optional<bool> host_link_is_up(unsigned interface_index) noexcept {
    ifreq request{};
    const api::Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket.open() || if_indextoname(interface_index, request.ifr_name) == nullptr ||
        ioctl(socket.get(), SIOCGIFFLAGS, &request) != 0) {
        return {};
    }
    constexpr int kUp = IFF_UP | IFF_RUNNING;
    return (request.ifr_flags & kUp) == kUp;
}

}  // namespace egret
