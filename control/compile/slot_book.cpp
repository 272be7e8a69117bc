// SPDX-License-Identifier: Apache-2.0
#include "control/compile/slot_book.hpp"

#include <egret/api/tables.hpp>

#include <algorithm>
#include <set>

namespace egret::control {

void SlotBook::learn(const crypto::PublicKey& key, uint16_t slot) {
    slots_.insert_or_assign(key, slot);
    next_ = std::max<uint16_t>(next_, static_cast<uint16_t>(slot + 1));
}

std::optional<std::vector<uint16_t>> SlotBook::assign(const std::vector<PeerSection>& peers) {
    std::vector<uint16_t> assigned;
    // A key that was one peer's next may turn up as another peer's own: the first keeps the slot.
    std::set<uint16_t> taken;
    for (const PeerSection& peer : peers) {
        std::optional<uint16_t> slot = known_slot(peer);
        if (!slot || !taken.insert(*slot).second) {
            if (next_ == api::kNone) {
                return std::nullopt;
            }
            slot = next_++;
            taken.insert(*slot);
        }
        slots_.insert_or_assign(*peer.public_key, *slot);
        if (peer.next_public_key.stated()) {
            slots_.insert_or_assign(*peer.next_public_key, *slot);
        }
        assigned.push_back(*slot);
    }
    return assigned;
}

std::optional<uint16_t> SlotBook::known_slot(const PeerSection& peer) const {
    auto found = slots_.find(*peer.public_key);
    if (found == slots_.end() && peer.next_public_key.stated()) {
        found = slots_.find(*peer.next_public_key);
    }
    return found == slots_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace egret::control
