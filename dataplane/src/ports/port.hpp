// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/records.hpp>
#include <egret/node.hpp>

#include <rte_ethdev.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <tl/expected.hpp>

namespace egret {

class FrameTap;

/// A port and its device as the command line names them.
struct PortOption {
    std::string name;     ///< that of the configuration
    std::string devargs;  ///< DPDK's: "net_af_packet0,iface=eth1", "0000:00:03.0"
};

/// One ethdev, promiscuous, started, with one queue each way or with one for each worker. Whatever the device can compute is left off: the packet path
/// reads and writes whole frames.
///
/// Threads: the agent opens, closes and asks; queue q is worker q's, who alone receives and transmits there. What changes the device (`set_mtu`) must
/// have no worker at it.
class Port {
  public:
    /// Attaches the device and starts it; `pool` gives it its buffers. A device that has fewer than `n_workers` queues each
    /// way gets one. Error: one sentence that names port and device.
    [[nodiscard]] static tl::expected<std::unique_ptr<Port>, std::string>
    open(const PortOption& option, rte_mempool* pool, uint8_t n_workers = 1);

    /// Stops and detaches the device.
    ~Port();
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;

    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// True if this worker has a queue; where only worker 0 has, it receives and transmits for all.
    [[nodiscard]] bool has_queue(uint8_t worker) const noexcept { return worker < n_queues_; }

    [[nodiscard]] const MacAddress& mac() const noexcept { return mac_; }

    /// The longest frame its buffers hold.
    [[nodiscard]] uint32_t room() const noexcept { return room_bytes_; }

    /// The largest IP packet the device takes and gives. Error: one sentence; the device keeps what it had.
    [[nodiscard]] tl::expected<void, std::string> set_mtu(uint16_t mtu_bytes);

    [[nodiscard]] uint16_t mtu() const noexcept;

    /// Asks the device, or the host's interface it stands on.
    [[nodiscard]] bool link_is_up() const noexcept;

    /// Has the kernel's interface below, if any, give segments as they came. Returns its name if that changed anything.
    [[nodiscard]] std::string stop_merging() const;

    /// True for a device whose other end went away and may be back, of a kind that must be told to try.
    [[nodiscard]] bool may_connect() const noexcept;

    /// Tries; `link_is_up` tells later what came of it. No worker may be at the port.
    void connect_again() noexcept;

    /// What the device counted; `used` and `side` are the caller's to fill in.
    [[nodiscard]] api::PortRecord record() const;

    /// Worker: up to `packets.size()` frames, which become the caller's. Returns how many.
    [[nodiscard]] uint16_t receive(std::span<rte_mbuf*> packets, uint8_t queue = 0) noexcept;

    /// Worker: sends `packets`, which are the device's from then on; what it does not take is counted and freed.
    void transmit(std::span<rte_mbuf*> packets, uint8_t queue = 0) noexcept;

    /// Worker: frees frames nobody wants and counts them as missed.
    void discard(std::span<rte_mbuf*> packets) noexcept;

    /// Worker: frees frames that could not be sent and counts them as not taken.
    void discard_unsent(std::span<rte_mbuf*> packets) noexcept;

    /// Worker: copies frames to `tap` from now on; nullptr ends it.
    void set_tap(FrameTap* tap, uint8_t queue = 0) noexcept { taps_[queue] = tap; }

    /// Worker: true if copies wait for the agent.
    [[nodiscard]] bool has_captured(uint8_t queue = 0) const noexcept;

  private:
    Port(const PortOption& option, uint16_t id, uint16_t room_bytes);

    [[nodiscard]] uint8_t queues_for(uint8_t n_workers) const noexcept;

    [[nodiscard]] std::string start(const std::string& devargs, rte_mempool* pool);
    [[nodiscard]] std::string read_mac(const std::string& devargs);
    [[nodiscard]] std::string set_up_queues(rte_mempool* pool, const rte_eth_dev_info& info);

    std::string name_;
    uint16_t id_;              ///< of the ethdev
    uint16_t room_bytes_;      ///< the longest frame a buffer holds
    bool connects_once_;       ///< see drivers.hpp
    bool reads_an_interface_;  ///< see drivers.hpp
    bool started_ = false;
    MacAddress mac_{};
    unsigned host_interface_ = 0;                ///< that the device stands on; 0: none
    uint8_t n_queues_ = 1;                       ///< each way
    std::array<FrameTap*, kMaxWorkers> taps_{};  ///< each its worker's

    // workers: rw, agent: ro
    std::atomic<uint64_t> not_taken_{0};
    std::atomic<uint64_t> discarded_{0};
};

}  // namespace egret
