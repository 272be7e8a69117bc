// SPDX-License-Identifier: Apache-2.0
#include "control/tunnel/receiver_indexes.hpp"

namespace egret::control {

namespace {

constexpr unsigned kRandomBits = 24;
constexpr uint32_t kRandomMask = (1U << kRandomBits) - 1;

}  // namespace

uint32_t ReceiverIndexes::draw(uint16_t slot, crypto::Random& random) {
    while (true) {
        const uint32_t index =
            (uint32_t{worker_} << kRandomBits) | (random.next_u32() & kRandomMask);
        if (slots_.try_emplace(index, slot).second) {
            return index;
        }
    }
}

std::optional<uint16_t> ReceiverIndexes::slot_of(uint32_t index) const {
    const auto found = slots_.find(index);
    if (found == slots_.end()) {
        return std::nullopt;
    }
    return found->second;
}

}  // namespace egret::control
