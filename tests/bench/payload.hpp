// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace egret::bench {

/// Sizes of the payloads of data messages, before padding: all the same, or mixed.
class Payload {
  public:
    /// All of `bytes`.
    explicit constexpr Payload(uint32_t bytes) noexcept
        : bytes_(bytes) {}

    /// The simple Internet mix: of twelve packets seven of 64, four of 576 and one of 1,420 bytes, the largest that fits.
    [[nodiscard]] static constexpr Payload imix() noexcept {
        Payload payload(kImixMean);
        payload.mixed_ = true;
        return payload;
    }

    [[nodiscard]] constexpr uint32_t of(uint64_t packet) const noexcept {
        return mixed_ ? kImix[packet % kImix.size()] : bytes_;
    }

    /// To the nearest byte.
    [[nodiscard]] constexpr uint32_t mean() const noexcept { return bytes_; }

    [[nodiscard]] constexpr bool mixed() const noexcept { return mixed_; }

  private:
    static constexpr std::array<uint32_t, 12>
        kImix{64, 576, 64, 64, 576, 64, 1420, 64, 576, 64, 576, 64};
    static constexpr uint32_t kImixMean = 348;

    uint32_t bytes_;
    bool mixed_ = false;
};

}  // namespace egret::bench
