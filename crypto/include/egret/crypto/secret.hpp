// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/bytes.hpp>

#include <array>
#include <cstddef>
#include <cstring>

namespace egret::crypto {

/// Overwrites `bytes` with zeros; the compiler may not leave it out.
void wipe(ByteSpan bytes) noexcept;

/// True if both hold the same bytes. The time depends on the sizes only.
[[nodiscard]] bool equal_in_constant_time(ByteView a, ByteView b) noexcept;

/// True if every byte is zero. The time depends on the size only.
[[nodiscard]] bool is_zero_in_constant_time(ByteView bytes) noexcept;

/// Bytes nobody else may learn: wiped on destruction and after a move, compared in constant time,
/// never printed. Copying takes an explicit `copy()`, so that every copy is seen in review.
/// Default-constructed: all zero.
template <size_t Size>
class Secret {
  public:
    static constexpr size_t kSize = Size;

    Secret() = default;

    explicit Secret(std::span<const std::byte, Size> bytes) noexcept {
        std::memcpy(bytes_.data(), bytes.data(), Size);
    }

    Secret(Secret&& other) noexcept
        : bytes_(other.bytes_) {
        other.wipe();
    }

    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            bytes_ = other.bytes_;
            other.wipe();
        }
        return *this;
    }

    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;

    ~Secret() { wipe(); }

    [[nodiscard]] Secret copy() const noexcept { return Secret(bytes()); }

    [[nodiscard]] std::span<const std::byte, Size> bytes() const noexcept { return bytes_; }

    /// For whatever fills the secret in place.
    [[nodiscard]] std::span<std::byte, Size> writable() noexcept { return bytes_; }

    [[nodiscard]] bool is_zero() const noexcept { return is_zero_in_constant_time(bytes_); }

    void wipe() noexcept { crypto::wipe(bytes_); }

    friend bool operator==(const Secret& a, const Secret& b) noexcept {
        return equal_in_constant_time(a.bytes_, b.bytes_);
    }

  private:
    std::array<std::byte, Size> bytes_{};
};

template <typename Stream, size_t Size>
Stream& operator<<(Stream& stream, const Secret<Size>& secret) = delete;

/// The secret two peers share beside their static keys; all zero where none is configured.
using PresharedKey = Secret<32>;

}  // namespace egret::crypto
