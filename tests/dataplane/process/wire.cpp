// SPDX-License-Identifier: Apache-2.0
#include "wire.hpp"

#include "packet_pools.hpp"

#include <rte_alarm.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <utility>

namespace egret::test {
namespace {

using namespace std::chrono_literals;

unsigned next_number = 0;

std::string device(unsigned number, const char* role, const std::string& socket) {
    return "net_memif" + std::to_string(number) + ",role=" + role + ",socket=" + socket +
           ",socket-abstract=no";
}

}  // namespace

void wait_for_link(const Port& port, bool up) {
    while (port.link_is_up() != up) {  // one that never comes is the test's timeout
        std::this_thread::sleep_for(1ms);
    }
    std::atomic<bool> done{false};
    const auto say = [](void* flag) { *static_cast<std::atomic<bool>*>(flag) = true; };
    if (rte_eal_alarm_set(1, say, &done) != 0) {
        std::abort();
    }
    while (!done) {
        std::this_thread::sleep_for(1ms);
    }
}

Wire::Wire(const std::string& folder, std::string name)
    : server_(folder + "/" + name),
      client_(folder + "/" + name + "-far"),
      name_(std::move(name)),
      number_(next_number++) {
    std::filesystem::create_symlink(server_, client_);
}

PortOption Wire::near_end() const {
    return {name_, device(2 * number_, "server", server_)};
}

void Wire::plug() {
    auto far = Port::open({"far", device(2 * number_ + 1, "client", client_)}, frame_pool());
    if (!far) {
        std::fprintf(stderr, "%s\n", far.error().c_str());
        std::abort();
    }
    far_ = std::move(*far);
    wait_for_link(*far_, true);
    static_cast<void>(receive(0));  // a memif client offers its buffers when it first looks
}

void Wire::send(const Bytes& frame) {
    std::array<rte_mbuf*, 1> packets{to_mbuf(frame)};
    far_->transmit(packets);
}

std::optional<Bytes> Wire::receive(unsigned timeout_ms) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
    std::array<rte_mbuf*, 1> packets{};
    while (far_->receive(packets) == 0) {
        if (std::chrono::steady_clock::now() > deadline) {
            return {};
        }
        std::this_thread::sleep_for(100us);
    }
    Bytes frame = to_bytes(packets[0]);
    rte_pktmbuf_free(packets[0]);
    return frame;
}

bool Wire::is_quiet() {
    constexpr unsigned kLongMs = 50;
    return !receive(kLongMs);
}

}  // namespace egret::test
