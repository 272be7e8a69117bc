// SPDX-License-Identifier: Apache-2.0
#include "control/records/sign_in_log.hpp"

#include <algorithm>

namespace egret::control {
namespace {

constexpr uint8_t kTcp = 6;

}  // namespace

SignInLog::SignInLog(const Generation& generation, Sink sink)
    : generation_(generation),
      sink_(std::move(sink)) {}

void SignInLog::on_event(const api::Event& event) {
    advance(event.time_ns);
    switch (event.kind) {
        case api::EventKind::flow_opened:
            open(event);
            break;
        case api::EventKind::flow_named:
        case api::EventKind::flow_closed:
            settle(event);
            break;
        case api::EventKind::claim_refused:
        case api::EventKind::session_wanted:
        case api::EventKind::session_confirmed:
        case api::EventKind::peer_moved:
            break;
    }
    flush();
}

/// Only what was presented is a sign-in: a refused claim writes none.
void SignInLog::open(const api::Event& event) {
    if (!event.presented.present()) {
        return;
    }
    if (held_.size() == kMaxHeld) {
        write_front();
    }
    number_of_flow_[event.flow] = first_number_ + held_.size();
    // What the client learned before names the flow until its own ClientHello does, which only TCP brings.
    const bool is_named = event.server_name.size_bytes != 0 && event.protocol != kTcp;
    held_.push_back({event, is_named});
}

void SignInLog::settle(const api::Event& event) {
    const auto found = number_of_flow_.find(event.flow);
    if (found == number_of_flow_.end()) {
        return;
    }
    Held& held = held_[found->second - first_number_];
    if (event.server_name.size_bytes != 0) {
        held.opened.server_name = event.server_name;
        held.opened.name_source = event.name_source;
    }
    held.ready = true;
}

void SignInLog::advance(uint64_t now_ns) {
    now_ns_ = std::max(now_ns_, now_ns);
    flush();
}

void SignInLog::finish() {
    while (!held_.empty()) {
        write_front();
    }
}

/// The oldest record holds back younger ones that are ready: the order is that of opening.
void SignInLog::flush() {
    while (!held_.empty() &&
           (held_.front().ready || now_ns_ - held_.front().opened.time_ns >= kNameWaitNs)) {
        write_front();
    }
}

void SignInLog::write_front() {
    const api::Event& event = held_.front().opened;
    sink_(sign_in_line(event, generation_));
    number_of_flow_.erase(event.flow);
    held_.pop_front();
    ++first_number_;
    ++n_written_;
}

}  // namespace egret::control
