// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace egret {

/// Keeps floods of handshake datagrams away from control while it cannot keep up: per source address 20 a second with bursts of five, the
/// numbers of the kernel's WireGuard (ratelimiter.c). An IPv6 source is its /64, which one attacker has whole.
///
/// A fixed table in which sources that hash alike share a bucket: bounded, and a flood can at worst slow down its
/// neighbours' handshakes, never fill memory. Threads: one owner.
class HandshakeGate {
  public:
    static constexpr uint64_t kInterval = 1'000'000'000 / 20;
    static constexpr uint64_t kBurst = 5;

    explicit HandshakeGate(uint64_t seed)
        : seed_(seed) {}

    /// What a handshake datagram takes to make. Anybody can send cookie replies in a peer's name; they must not use up what
    /// that peer's own handshakes need.
    enum class Kind : uint8_t { has_mac1, cookie_reply };

    /// True if one more handshake datagram of this kind from `source` may be looked at now.
    [[nodiscard]] bool admit(Kind kind, const api::IpAddress& source, uint64_t now_ns) noexcept;

  private:
    static constexpr size_t kBuckets = 4096;

    uint64_t seed_;
    /// When the bucket will be full again; a datagram moves it by kInterval.
    std::array<std::array<uint64_t, kBuckets>, 2> full_at_ns_{};
};

}  // namespace egret
