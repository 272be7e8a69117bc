// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/drop_reasons.hpp>

#include <array>
#include <cstdint>

namespace egret::api {

/// What one worker counted since it began; never reset while it lives.
///
/// Every packet is somewhere: received + generated + taken_over = transmitted + dropped + consumed + handed_over + staged,
/// where staged is what waits for keys or for a next hop now. Over all workers handed_over - taken_over is what is between
/// two of them.
struct Counters {
    uint64_t received = 0;
    uint64_t generated =
        0;  ///< made here: handshakes, keepalives, probes, ICMP errors, resets, ARP, neighbour discovery
    uint64_t transmitted = 0;
    uint64_t consumed =
        0;  ///< ended here as meant: handshakes handed to control, keepalives, ARP, ...
    std::array<uint64_t, kDropReasons> drops{};

    uint64_t handed_over = 0;  ///< to the worker that owns them
    uint64_t taken_over = 0;   ///< from workers that received them

    uint64_t sealed = 0;
    uint64_t opened = 0;
    uint64_t bridged = 0;   ///< passed to the other side untouched
    uint64_t over_mtu = 0;  ///< inner packets above the tunnel MTU that were carried all the same
    uint64_t events_lost = 0;  ///< flow events control was too slow to take

    /// Adds what another worker counted.
    Counters& operator+=(const Counters& other) noexcept {
        received += other.received;
        generated += other.generated;
        transmitted += other.transmitted;
        consumed += other.consumed;
        for (size_t i = 0; i < kDropReasons; ++i) {
            drops[i] += other.drops[i];
        }
        handed_over += other.handed_over;
        taken_over += other.taken_over;
        sealed += other.sealed;
        opened += other.opened;
        bridged += other.bridged;
        over_mtu += other.over_mtu;
        events_lost += other.events_lost;
        return *this;
    }

    [[nodiscard]] uint64_t dropped() const noexcept {
        uint64_t sum = 0;
        for (const uint64_t n : drops) {
            sum += n;
        }
        return sum;
    }
};

}  // namespace egret::api
