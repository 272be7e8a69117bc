// SPDX-License-Identifier: Apache-2.0
#include "wire.hpp"

#include "packet_pools.hpp"

#include <array>
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
    for (int i = 0; i < 1000 && !far_->link_is_up(); ++i) {
        std::this_thread::sleep_for(5ms);
    }
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
