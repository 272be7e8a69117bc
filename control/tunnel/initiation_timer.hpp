// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/tunnel/moment.hpp"

#include <egret/crypto/limits.hpp>

#include <cstdint>
#include <optional>

namespace egret::control {

/// When to send one peer an initiation: at once when a session is wanted, then every kRekeyTimeout
/// with jitter until the peer answers, for kRekeyAttemptTime after the last want; never more often
/// than every kRekeyTimeout (WireGuard paper, section 6.4).
class InitiationTimer {
  public:
    enum class Action : uint8_t { none, initiate, give_up };

    /// A session is wanted: starts the timer, or prolongs it. The first initiation waits for
    /// `delay_ns`, unless another want comes without.
    void want(uint64_t now_ns, uint64_t delay_ns = 0) noexcept;

    /// The handshake was done and came to nothing for a reason of this node's own: `poll` initiates
    /// again as soon as the peer takes another initiation (INITIATIONS_PER_SECOND is 50).
    void retry(uint64_t now_ns) noexcept;

    /// What is to be done now. `give_up` is said once.
    [[nodiscard]] Action poll(uint64_t now_ns) noexcept;

    /// An initiation was sent. `jitter_ns` keeps two peers from initiating in step.
    void sent(uint64_t now_ns, uint64_t jitter_ns) noexcept;

    /// The handshake is done.
    void stop() noexcept { is_running_ = false; }

    [[nodiscard]] bool is_running() const noexcept { return is_running_; }

    /// When `poll` will next have something to say; kNever if not running.
    [[nodiscard]] uint64_t due_ns() const noexcept { return is_running_ ? due_ns_ : kNever; }

  private:
    /// Twice what peers insist on: datagrams do not keep their distance on the way.
    static constexpr uint64_t kRetryPause = 2 * crypto::kSecond / 50;

    bool is_running_ = false;
    bool is_delayed_ = false;  ///< running, and the first initiation is still to come
    uint64_t wanted_ns_ = 0;
    uint64_t due_ns_ = 0;
    std::optional<uint64_t> last_sent_ns_;
};

}  // namespace egret::control
