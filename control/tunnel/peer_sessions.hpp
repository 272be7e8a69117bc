// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>
#include <egret/crypto/limits.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace egret::control {

/// A session the dataplane has, or was handed.
struct PeerSession {
    uint32_t receiver_index = 0;
    bool initiator = false;
    bool confirmed = false;   ///< the peer has the keys too; an initiator knows from the start
    uint64_t created_ns = 0;  ///< by the driver's steady clock
    uint64_t key_tag = 0;
    api::Endpoint endpoint;  ///< where the handshake came from
};

/// The sessions of one peer, newest first: those the dataplane has in its three places (WireGuard
/// paper, section 6.5), and for a while perhaps one more.
class PeerSessions {
  public:
    static constexpr size_t kMost = 4;

    /// Adds the newest. Returns those the dataplane has no more once it has this one.
    [[nodiscard]] std::vector<PeerSession> add(const PeerSession& session);

    /// Takes one out; nothing if there is none with this index.
    std::optional<PeerSession> remove(uint32_t receiver_index);

    /// Takes out those for which `matches` holds.
    template <class Predicate>
    [[nodiscard]] std::vector<PeerSession> remove_if(Predicate matches) {
        std::vector<PeerSession> removed;
        std::erase_if(sessions_, [&](const PeerSession& session) {
            const bool found = matches(session);
            if (found) {
                removed.push_back(session);
            }
            return found;
        });
        return removed;
    }

    [[nodiscard]] PeerSession* find(uint32_t receiver_index) noexcept;

    [[nodiscard]] const PeerSession* newest() const noexcept {
        return sessions_.empty() ? nullptr : &sessions_.front();
    }

    [[nodiscard]] bool empty() const noexcept { return sessions_.empty(); }

    /// When the last of them can no longer be used; 0 if there is none.
    [[nodiscard]] uint64_t end_ns() const noexcept {
        return sessions_.empty() ? 0 : sessions_.front().created_ns + crypto::kRejectAfterTime;
    }

  private:
    std::vector<PeerSession> sessions_;
};

}  // namespace egret::control
