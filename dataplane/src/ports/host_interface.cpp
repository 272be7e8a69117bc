// SPDX-License-Identifier: Apache-2.0
#include "ports/host_interface.hpp"

#include <egret/api/channel.hpp>

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace egret {
namespace {

/// One interface and a socket to ask about it.
class Interface {
  public:
    explicit Interface(unsigned index) noexcept
        : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)),
          exists_(if_indextoname(index, static_cast<char*>(request_.ifr_name)) != nullptr) {}

    [[nodiscard]] std::string name() const { return static_cast<const char*>(request_.ifr_name); }

    [[nodiscard]] bool ask(unsigned long what) noexcept {
        return exists_ && ioctl(socket_.get(), what, &request_) == 0;
    }

    [[nodiscard]] int flags() const noexcept { return request_.ifr_flags; }

    /// An ethtool value; nothing if the interface has none of it.
    [[nodiscard]] std::optional<uint32_t> ethtool(uint32_t command, uint32_t value = 0) noexcept {
        ethtool_value asked{command, value};
        request_.ifr_data = reinterpret_cast<char*>(&asked);
        if (!ask(SIOCETHTOOL)) {
            return {};
        }
        return asked.data;
    }

  private:
    ifreq request_{};
    api::Descriptor socket_;
    bool exists_;
};

}  // namespace

std::optional<bool> host_link_is_up(unsigned interface_index) noexcept {
    constexpr int kUp = IFF_UP | IFF_RUNNING;
    Interface interface(interface_index);
    if (!interface.ask(SIOCGIFFLAGS)) {
        return {};
    }
    return (interface.flags() & kUp) == kUp;
}

std::string stop_merging_segments(unsigned interface_index) {
    Interface interface(interface_index);
    const bool gro = interface.ethtool(ETHTOOL_GGRO).value_or(0) != 0 &&
                     interface.ethtool(ETHTOOL_SGRO, 0).has_value();
    const uint32_t flags = interface.ethtool(ETHTOOL_GFLAGS).value_or(0);
    const bool lro = (flags & ETH_FLAG_LRO) != 0 &&
                     interface.ethtool(ETHTOOL_SFLAGS, flags & ~uint32_t{ETH_FLAG_LRO}).has_value();
    return gro || lro ? interface.name() : std::string();
}

}  // namespace egret
