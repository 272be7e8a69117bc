// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/tunnel/moment.hpp"

#include <cstdint>
#include <optional>

namespace egret::control {

/// When to send one peer an initiation: at once when a session is wanted, then every kRekeyTimeout
/// with jitter until the peer answers, for kRekeyAttemptTime after the last want; never more often
/// than every kRekeyTimeout (WireGuard paper, section 6.4).
class InitiationTimer {
  public:
    enum class Action : uint8_t { none, initiate, give_up };

    /// A session is wanted: starts the timer, or prolongs it.
    void want(uint64_t now_ns) noexcept;

    /// The handshake was done and came to nothing for a reason of this node's own, which the peer is
    /// not to be spared for: `poll` initiates at once.
    void retry_now(uint64_t now_ns) noexcept;

    /// What is to be done now. `give_up` is said once.
    [[nodiscard]] Action poll(uint64_t now_ns) noexcept;

    /// An initiation was sent. `jitter_ns` keeps two peers from initiating in step.
    void sent(uint64_t now_ns, uint64_t jitter_ns) noexcept;

    /// The handshake is done.
    void stop() noexcept { is_running_ = false; }

    [[nodiscard]] bool is_running() const noexcept { return is_running_; }

    /// When `poll` will next have something to say; kNever if not running.
    [[nodiscard]] uint64_t due_ns() const noexcept { return is_running_ ? due_ns_ : kNever; }

    [[nodiscard]] std::optional<uint64_t> last_sent_ns() const noexcept { return last_sent_ns_; }

  private:
    bool is_running_ = false;
    uint64_t wanted_ns_ = 0;
    uint64_t due_ns_ = 0;
    std::optional<uint64_t> last_sent_ns_;
};

}  // namespace egret::control
