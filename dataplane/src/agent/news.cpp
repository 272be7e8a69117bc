// SPDX-License-Identifier: Apache-2.0
#include "agent/news.hpp"

#include <egret/api/messages.hpp>

namespace egret {
namespace {

/// Of each kind in one go, so that requests are heard in between.
constexpr int kAtOnce = 256;

/// REKEY_TIMEOUT of WireGuard: after that an initiator has sent another one, and an answer to this one is of no use.
constexpr uint64_t kPuntAgeNs = 5'000'000'000;

}  // namespace

void News::tell() {
    Connection& connection = state_.connection;
    const auto takes = [&connection] { return connection.open() && !connection.behind(); };
    for (int i = 0; i < kAtOnce && next_punt() && takes(); ++i) {
        connection.send(api::PuntMessage{*punt_});
        punt_.reset();
    }
    api::EventMessage message;
    for (int i = 0; i < kAtOnce && takes() && state_.node.next_event(message.event); ++i) {
        connection.send(message);
    }
}

/// Makes `punt_` the oldest that is not too old; false if there is none.
bool News::next_punt() {
    const uint64_t now_ns = state_.options.clocks.boot_ns();
    while (true) {
        if (!punt_ && !state_.node.next_punt(punt_.emplace())) {
            punt_.reset();
            return false;
        }
        if (now_ns < punt_->time_ns + kPuntAgeNs) {
            return true;
        }
        punt_.reset();
        ++n_lost_;
    }
}

}  // namespace egret
