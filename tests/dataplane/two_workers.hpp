// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packets.hpp"
#include "stages/handover.hpp"

#include <cstdint>

/// What tests of a node with two workers send.
namespace egret::test {

inline constexpr uint8_t kWorkers = 2;
inline constexpr uint8_t kBoth[] = {0, 1};

/// A client's port that names worker `worker`, the n-th of them.
inline uint16_t port_of(uint8_t worker, unsigned n = 0) {
    uint16_t port = 40'000;
    for (unsigned found = 0;; ++port) {
        if (egret::worker_of_port(port, kWorkers) == worker && found++ == n) {
            return port;
        }
    }
}

inline FlowPacket packet_of(uint8_t worker, unsigned n = 0) {
    return {.protocol = kUdpProtocol, .client_port = port_of(worker, n)};
}

}  // namespace egret::test
