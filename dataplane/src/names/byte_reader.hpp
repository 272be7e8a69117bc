// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace egret::names {

/// Walks through bytes from the network, front to back, big endian.
///
/// The first read past the end fails the reader for good: that read and all later ones give zero or nothing, so a parser
/// may read a whole structure and ask `ok` once.
/// Ownership: borrows the bytes. Cost: hot path, no allocation.
class ByteReader {
  public:
    explicit ByteReader(std::span<const uint8_t> bytes) noexcept
        : rest_(bytes) {}

    [[nodiscard]] bool ok() const noexcept { return !failed_; }

    [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }

    [[nodiscard]] size_t remaining_bytes() const noexcept { return rest_.size(); }

    /// The next `size_bytes` bytes; empty where there are fewer.
    std::span<const uint8_t> take(size_t size_bytes) noexcept {
        if (failed_ || size_bytes > rest_.size()) {
            failed_ = true;
            rest_ = {};
            return {};
        }
        const auto taken = rest_.first(size_bytes);
        rest_ = rest_.subspan(size_bytes);
        return taken;
    }

    void skip(size_t size_bytes) noexcept { (void)take(size_bytes); }

    uint8_t u8() noexcept { return static_cast<uint8_t>(number(1)); }

    uint16_t u16() noexcept { return static_cast<uint16_t>(number(2)); }

    uint32_t u24() noexcept { return number(3); }

    uint32_t u32() noexcept { return number(4); }

  private:
    uint32_t number(size_t size_bytes) noexcept {
        uint32_t value = 0;
        for (const uint8_t byte : take(size_bytes)) {
            value = value << 8 | byte;
        }
        return value;
    }

    std::span<const uint8_t> rest_;
    bool failed_ = false;
};

}  // namespace egret::names
