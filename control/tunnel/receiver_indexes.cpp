// SPDX-License-Identifier: Apache-2.0
#include "control/tunnel/receiver_indexes.hpp"

namespace egret::control {

namespace {

constexpr unsigned kRandomBits = 32 - api::kSessionWorkerBits;
constexpr uint32_t kRandomMask = (1U << kRandomBits) - 1;

}  // namespace

std::optional<uint32_t> ReceiverIndexes::draw(uint16_t slot, crypto::Random& random) {
    if (drawn_.size() >= kMaxInUse) {
        return std::nullopt;
    }
    const uint32_t worker = api::worker_of_slot(slot, n_workers_);
    while (true) {
        const uint32_t index = (worker << kRandomBits) | (random.next_u32() & kRandomMask);
        if (reserve(index, slot)) {
            return index;
        }
    }
}

bool ReceiverIndexes::reserve(uint32_t index, uint16_t slot) {
    return drawn_.try_emplace(place_of(index), Drawn{index, slot}).second;
}

void ReceiverIndexes::release(uint32_t index) {
    const auto found = drawn_.find(place_of(index));
    if (found != drawn_.end() && found->second.index == index) {
        drawn_.erase(found);
    }
}

std::optional<uint16_t> ReceiverIndexes::slot_of(uint32_t index) const {
    const auto found = drawn_.find(place_of(index));
    if (found == drawn_.end() || found->second.index != index) {
        return std::nullopt;
    }
    return found->second.slot;
}

}  // namespace egret::control
