// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"

#include <egret/crypto/x25519.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace egret::control {

/// Which slot each public key has. A slot names a peer to the dataplane across generations, so while
/// one dataplane runs it is never given to another peer, not even when its own is gone: messages
/// about the old one may be on their way. A peer's next public key has the slot of the peer.
///
/// A generation is compiled with a copy of the book, which replaces the book once the dataplane has
/// that generation; a refused push then uses up nothing. A new dataplane takes a new book. Threads:
/// one owner.
class SlotBook {
  public:
    /// `first_free`: slots from there on were never used (api::Hello::slots_used).
    explicit SlotBook(uint16_t first_free = 0) noexcept
        : next_(first_free) {}

    /// What an earlier process knew: the dataplane says it (api::PeerRecord).
    void learn(const crypto::PublicKey& key, uint16_t slot);

    /// The peers' slots in their order, all different; new peers get new ones. Nothing if there are
    /// none left, after 65,534 peers that came and went.
    [[nodiscard]] std::optional<std::vector<uint16_t>> assign(const std::vector<PeerSection>& peers
    );

  private:
    [[nodiscard]] std::optional<uint16_t> known_slot(const PeerSection& peer) const;

    std::map<crypto::PublicKey, uint16_t> slots_;
    uint16_t next_;
};

}  // namespace egret::control
