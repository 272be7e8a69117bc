// SPDX-License-Identifier: Apache-2.0
#include "control/tunnel/initiation_timer.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>

namespace egret::control {

void InitiationTimer::want(uint64_t now_ns) noexcept {
    wanted_ns_ = now_ns;
    if (is_running_) {
        return;
    }
    is_running_ = true;
    due_ns_ = now_ns;
    if (last_sent_ns_) {
        due_ns_ = std::max(due_ns_, *last_sent_ns_ + crypto::kRekeyTimeout);
    }
}

void InitiationTimer::retry_now(uint64_t now_ns) noexcept {
    is_running_ = true;
    wanted_ns_ = now_ns;
    due_ns_ = now_ns;
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
    last_sent_ns_ = now_ns;
    due_ns_ = now_ns + crypto::kRekeyTimeout + jitter_ns;
}

}  // namespace egret::control
