// SPDX-License-Identifier: Apache-2.0
#include "control/tunnel/initiation_timer.hpp"

#include <algorithm>

namespace egret::control {

void InitiationTimer::want(uint64_t now_ns, uint64_t delay_ns) noexcept {
    wanted_ns_ = now_ns;
    if (is_running_ && !is_delayed_) {
        return;
    }
    uint64_t due_ns = now_ns + delay_ns;
    if (last_sent_ns_) {
        due_ns = std::max(due_ns, *last_sent_ns_ + crypto::kRekeyTimeout);
    }
    due_ns_ = is_running_ ? std::min(due_ns_, due_ns) : due_ns;
    is_running_ = true;
    is_delayed_ = true;
}

void InitiationTimer::retry(uint64_t now_ns) noexcept {
    is_running_ = true;
    is_delayed_ = true;
    wanted_ns_ = now_ns;
    due_ns_ = std::max(now_ns, last_sent_ns_ ? *last_sent_ns_ + kRetryPause : 0);
}

InitiationTimer::Action InitiationTimer::poll(uint64_t now_ns) noexcept {
    if (!is_running_ || now_ns < due_ns_) {
        return Action::none;
    }
    if (age_ns(wanted_ns_, now_ns) >= crypto::kRekeyAttemptTime) {
        is_running_ = false;
        return Action::give_up;
    }
    return Action::initiate;
}

void InitiationTimer::sent(uint64_t now_ns, uint64_t jitter_ns) noexcept {
    is_delayed_ = false;
    last_sent_ns_ = now_ns;
    due_ns_ = now_ns + crypto::kRekeyTimeout + jitter_ns;
}

}  // namespace egret::control
