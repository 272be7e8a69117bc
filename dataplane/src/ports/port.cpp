// SPDX-License-Identifier: Apache-2.0
#include "ports/port.hpp"

#include "ports/devargs.hpp"
#include "ports/drivers.hpp"
#include "ports/host_interface.hpp"
#include "worker/frame_tap.hpp"

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_mbuf.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace egret {
namespace {

constexpr uint16_t kDescriptors = 1024;
constexpr auto kAnySocket = static_cast<unsigned>(SOCKET_ID_ANY);

/// What a frame has around its IP packet: Ethernet and two VLAN tags (802.1ad).
constexpr uint16_t kLinkHeaders = 14 + 2 * 4;

std::string reason(int error) {
    return rte_strerror(error < 0 ? -error : error);
}

/// Seldom more than nothing.
void add(std::atomic<uint64_t>& counter, uint64_t n) noexcept {
    if (n > 0) {
        counter.fetch_add(n, std::memory_order_relaxed);
    }
}

/// Has the device spread flows over the queues; one that cannot may use the first for all.
rte_eth_conf configuration_for(const rte_eth_dev_info& info, uint8_t n_queues) noexcept {
    constexpr uint64_t kFlows = RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP;
    rte_eth_conf configuration{};
    if (n_queues > 1 && (info.flow_type_rss_offloads & kFlows) != 0) {
        configuration.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
        configuration.rx_adv_conf.rss_conf.rss_hf = info.flow_type_rss_offloads & kFlows;
    }
    return configuration;
}

/// Ethdevs by number, to tell which one a probe added.
std::array<bool, RTE_MAX_ETHPORTS> attached() noexcept {
    std::array<bool, RTE_MAX_ETHPORTS> ids{};
    for (uint16_t id = 0; id < ids.size(); ++id) {
        ids[id] = rte_eth_dev_is_valid_port(id) != 0;
    }
    return ids;
}

/// The ethdev of a device that EAL attached when it started.
tl::expected<uint16_t, std::string> find_attached(const std::string& devargs) {
    uint16_t id = 0;
    const std::string device(device_of(devargs));
    if (rte_eth_dev_get_port_by_name(device.c_str(), &id) != 0) {
        return tl::unexpected(std::string("it is attached, but no network device"));
    }
    return id;
}

/// The ethdev of a device that is attached now.
tl::expected<uint16_t, std::string> probe(const std::string& devargs) {
    const auto before = attached();
    const int error = rte_dev_probe(devargs.c_str());
    if (error == -EEXIST) {
        return find_attached(devargs);
    }
    if (error != 0) {
        return tl::unexpected(why_not_attached(devargs, error));
    }
    const auto after = attached();
    const auto added =
        std::mismatch(before.begin(), before.end(), after.begin(), after.end()).second;
    if (added == after.end()) {
        return tl::unexpected(std::string("it is no network device"));
    }
    return static_cast<uint16_t>(added - after.begin());
}

void detach(uint16_t id) noexcept {
    rte_eth_dev_info info{};
    const bool known = rte_eth_dev_info_get(id, &info) == 0;
    rte_eth_dev_stop(id);
    rte_eth_dev_close(id);
    if (known && info.device != nullptr) {
        rte_dev_remove(info.device);
    }
}

}  // namespace

tl::expected<std::unique_ptr<Port>, std::string>
Port::open(const PortOption& option, rte_mempool* pool, uint8_t n_workers) {
    const std::string subject = "port " + option.name + ": the device " + option.devargs;
    clear_the_way(option.devargs);
    const auto id = probe(option.devargs);
    if (!id) {
        return tl::unexpected(subject + " could not be attached: " + id.error());
    }
    const auto room =
        static_cast<uint16_t>(rte_pktmbuf_data_room_size(pool) - RTE_PKTMBUF_HEADROOM);
    std::unique_ptr<Port> port(new Port(option, *id, room));
    port->n_queues_ = shares_queues(option.devargs) ? port->queues_for(n_workers) : uint8_t{1};
    if (const std::string error = port->start(option.devargs, pool); !error.empty()) {
        return tl::unexpected(subject + " could not be started: " + error);
    }
    return port;
}

Port::~Port() {
    detach(id_);
}

Port::Port(const PortOption& option, uint16_t id, uint16_t room_bytes)
    : name_(option.name),
      id_(id),
      room_bytes_(room_bytes),
      connects_once_(connects_once(option.devargs)),
      reads_an_interface_(reads_an_interface(option.devargs)) {}

/// One for each worker, or one for all.
uint8_t Port::queues_for(uint8_t n_workers) const noexcept {
    rte_eth_dev_info info{};
    const bool has_them = rte_eth_dev_info_get(id_, &info) == 0 &&
                          std::min(info.max_rx_queues, info.max_tx_queues) >= n_workers;
    return has_them ? n_workers : uint8_t{1};
}

/// Empty if all went well.
std::string Port::start(const std::string& devargs, rte_mempool* pool) {
    rte_eth_dev_info info{};
    if (const int error = rte_eth_dev_info_get(id_, &info); error != 0) {
        return reason(error);
    }
    host_interface_ = info.if_index;
    if (std::string error = set_up_queues(pool, info); !error.empty()) {
        return error;
    }
    const int error = rte_eth_dev_start(id_);
    started_ = error == 0;
    if (!started_ && !connects_once_) {
        return reason(error);
    }
    // A device that has no such mode gives every frame as it is (net_ring, net_memif).
    if (const int refused = rte_eth_promiscuous_enable(id_); refused != 0 && refused != -ENOTSUP) {
        return "it cannot be made promiscuous: " + reason(refused);
    }
    return read_mac(devargs);
}

std::string Port::read_mac(const std::string& devargs) {
    rte_ether_addr address{};
    if (const int error = rte_eth_macaddr_get(id_, &address); error != 0) {
        return reason(error);
    }
    MacAddress mac{};
    std::copy_n(static_cast<const uint8_t*>(address.addr_bytes), mac.size(), mac.begin());
    mac_ = own_mac(devargs, mac);
    return {};
}

std::string Port::stop_merging() const {
    return reads_an_interface_ ? stop_merging_segments(host_interface_) : std::string();
}

bool Port::may_connect() const noexcept {
    return connects_once_ && !link_is_up();
}

void Port::connect_again() noexcept {
    if (started_) {
        rte_eth_dev_stop(id_);
    }
    started_ = rte_eth_dev_start(id_) == 0;
}

std::string Port::set_up_queues(rte_mempool* pool, const rte_eth_dev_info& info) {
    const rte_eth_conf configuration = configuration_for(info, n_queues_);
    if (const int error = rte_eth_dev_configure(id_, n_queues_, n_queues_, &configuration);
        error != 0) {
        return reason(error);
    }
    uint16_t n_receive = kDescriptors;
    uint16_t n_transmit = kDescriptors;
    if (const int error = rte_eth_dev_adjust_nb_rx_tx_desc(id_, &n_receive, &n_transmit);
        error != 0) {
        return reason(error);
    }
    for (uint8_t queue = 0; queue < n_queues_; ++queue) {
        int error = rte_eth_rx_queue_setup(id_, queue, n_receive, kAnySocket, nullptr, pool);
        if (error == 0) {
            error = rte_eth_tx_queue_setup(id_, queue, n_transmit, kAnySocket, nullptr);
        }
        if (error != 0) {
            return reason(error);
        }
    }
    return {};
}

tl::expected<void, std::string> Port::set_mtu(uint16_t mtu_bytes) {
    const std::string subject = "port " + name_ + ": an MTU of " + std::to_string(mtu_bytes);
    if (mtu_bytes + kLinkHeaders > room_bytes_) {
        return tl::unexpected(
            subject + " is too large for this dataplane's buffers, which hold packets of " +
            std::to_string(room_bytes_ - kLinkHeaders)
        );
    }
    int error = rte_eth_dev_set_mtu(id_, mtu_bytes);
    if (error == -EBUSY) {  // some devices change only while they are stopped
        rte_eth_dev_stop(id_);
        error = rte_eth_dev_set_mtu(id_, mtu_bytes);
        if (const int started = rte_eth_dev_start(id_); started != 0) {
            return tl::unexpected(subject + ": the device did not start again: " + reason(started));
        }
    }
    if (error == -ENOTSUP && mtu_bytes <= RTE_ETHER_MTU) {
        return {};  // a device without the notion carries what every Ethernet does
    }
    if (error != 0) {
        return tl::unexpected(subject + " is refused by the device: " + reason(error));
    }
    return {};
}

uint16_t Port::mtu() const noexcept {
    uint16_t mtu_bytes = 0;
    rte_eth_dev_get_mtu(id_, &mtu_bytes);
    return mtu_bytes;
}

bool Port::link_is_up() const noexcept {
    if (host_interface_ != 0) {
        return host_link_is_up(host_interface_).value_or(false);
    }
    rte_eth_link link{};
    return rte_eth_link_get_nowait(id_, &link) == 0 && link.link_status == RTE_ETH_LINK_UP;
}

api::PortRecord Port::record() const {
    api::PortRecord record;
    record.name = api::ShortText<15>(name_);
    rte_eth_dev_info info{};
    if (rte_eth_dev_info_get(id_, &info) == 0 && info.driver_name != nullptr) {
        record.driver = api::ShortText<31>(info.driver_name);
    }
    record.link_up = link_is_up();
    record.mac = mac_;
    record.mtu_bytes = mtu();
    rte_eth_stats stats{};
    if (rte_eth_stats_get(id_, &stats) == 0) {
        record.packets_received = stats.ipackets;
        record.packets_sent = stats.opackets;
        record.bytes_received = stats.ibytes;
        record.bytes_sent = stats.obytes;
        record.missed = stats.imissed + stats.rx_nombuf;
        record.errors = stats.ierrors;
        record.not_taken = stats.oerrors;
    }
    record.missed += discarded_.load(std::memory_order_relaxed);
    record.not_taken += not_taken_.load(std::memory_order_relaxed);
    return record;
}

uint16_t Port::receive(std::span<rte_mbuf*> packets, uint8_t queue) noexcept {
    if (!started_) {
        return 0;
    }
    const uint16_t n =
        rte_eth_rx_burst(id_, queue, packets.data(), static_cast<uint16_t>(packets.size()));
    if (taps_[queue] != nullptr) {
        taps_[queue]->copy(packets.first(n), false);
    }
    return n;
}

void Port::transmit(std::span<rte_mbuf*> packets, uint8_t queue) noexcept {
    // Before the driver has them: afterwards they are no longer ours to read.
    if (taps_[queue] != nullptr) {
        taps_[queue]->copy(packets, true);
    }
    while (started_ && !packets.empty()) {
        const uint16_t n =
            rte_eth_tx_burst(id_, queue, packets.data(), static_cast<uint16_t>(packets.size()));
        if (n == 0) {
            break;
        }
        packets = packets.subspan(n);
    }
    discard_unsent(packets);
}

void Port::discard_unsent(std::span<rte_mbuf*> packets) noexcept {
    add(not_taken_, packets.size());
    rte_pktmbuf_free_bulk(packets.data(), static_cast<unsigned>(packets.size()));
}

bool Port::has_captured(uint8_t queue) const noexcept {
    return taps_[queue] != nullptr && !taps_[queue]->empty();
}

void Port::discard(std::span<rte_mbuf*> packets) noexcept {
    add(discarded_, packets.size());
    rte_pktmbuf_free_bulk(packets.data(), static_cast<unsigned>(packets.size()));
}

}  // namespace egret
