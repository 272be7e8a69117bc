// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/sessions.hpp>
#include <egret/crypto/random.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

namespace egret::control {

/// The receiver indexes of one node: the number of the worker that owns the peer in the top 8 bits and the rest random, so
/// that nobody can guess another's session (design section 5). Those in use differ in their low
/// api::kSessionSlotBits bits, because these choose the place of a session in the dataplane.
class ReceiverIndexes {
  public:
    /// Indexes in use at most: seven eighths of the places, so that drawing one does not take long.
    static constexpr size_t kMaxInUse = (size_t{1} << api::kSessionSlotBits) / 8 * 7;

    /// For a dataplane with so many workers, at least one. What was drawn for another one stays reserved.
    void set_workers(uint8_t n_workers) noexcept { n_workers_ = n_workers; }

    /// A new index for the peer in `slot`; nothing while kMaxInUse are in use.
    [[nodiscard]] std::optional<uint32_t> draw(uint16_t slot, crypto::Random& random);

    /// Takes an index that was drawn by a process before this one. False if its place is in use.
    [[nodiscard]] bool reserve(uint32_t index, uint16_t slot);

    /// The index can be drawn again. One that is not in use is no error.
    void release(uint32_t index);

    /// The peer an index in use was drawn for.
    [[nodiscard]] std::optional<uint16_t> slot_of(uint32_t index) const;

    [[nodiscard]] size_t in_use() const noexcept { return drawn_.size(); }

  private:
    struct Drawn {
        uint32_t index;
        uint16_t slot;
    };

    static constexpr uint32_t place_of(uint32_t index) noexcept {
        return index & ((1U << api::kSessionSlotBits) - 1);
    }

    uint8_t n_workers_ = 1;
    std::unordered_map<uint32_t, Drawn> drawn_;  ///< by place
};

}  // namespace egret::control
