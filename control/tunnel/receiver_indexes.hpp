// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/random.hpp>

#include <cstdint>
#include <optional>
#include <unordered_map>

namespace egret::control {

/// The receiver indexes of one node: unique among those in use, the worker's number in the top 8
/// bits and the rest random, so that nobody can guess another's session (design section 5).
class ReceiverIndexes {
  public:
    explicit ReceiverIndexes(uint8_t worker) noexcept
        : worker_(worker) {}

    /// A new index for the peer in `slot`.
    [[nodiscard]] uint32_t draw(uint16_t slot, crypto::Random& random);

    void release(uint32_t index) { slots_.erase(index); }

    /// The peer an index in use was drawn for.
    [[nodiscard]] std::optional<uint16_t> slot_of(uint32_t index) const;

  private:
    uint8_t worker_;
    std::unordered_map<uint32_t, uint16_t> slots_;
};

}  // namespace egret::control
