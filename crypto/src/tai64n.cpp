// SPDX-License-Identifier: Apache-2.0
#include <egret/crypto/limits.hpp>
#include <egret/crypto/tai64n.hpp>

namespace egret::crypto {

namespace {

/// TAI64 label of 1970, with the ten seconds TAI was ahead then; leap seconds since are ignored, as
/// every WireGuard implementation does.
constexpr uint64_t kEpoch = 0x4000'0000'0000'000a;

template <typename Unsigned>
void store_be(std::span<std::byte, sizeof(Unsigned)> out, Unsigned value) noexcept {
    for (size_t i = 0; i < sizeof(Unsigned); ++i) {
        out[i] = static_cast<std::byte>(value >> (8 * (sizeof(Unsigned) - 1 - i)));
    }
}

}  // namespace

Tai64n Tai64n::from_unix_ns(uint64_t unix_ns) noexcept {
    Tai64n time;
    const std::span<std::byte, 12> out = time.bytes;
    store_be<uint64_t>(out.first<8>(), kEpoch + unix_ns / kSecond);
    store_be<uint32_t>(out.last<4>(), static_cast<uint32_t>(unix_ns % kSecond / kStep * kStep));
    return time;
}

}  // namespace egret::crypto
