// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/confirmation.hpp"

#include "control/config/read_file.hpp"
#include "control/daemon/clock.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace egret::control {
namespace {

/// When a peer was last heard: by a packet, or by a handshake that ended.
uint64_t heard_ns(const api::PeerRecord& peer) noexcept {
    return std::max(peer.last_received_ns, peer.has_session ? peer.session_created_ns : 0);
}

}  // namespace

std::string read_boot_id() {
    if (const char* given = std::getenv("EGRET_BOOT_ID"); given != nullptr) {
        return given;
    }
    constexpr size_t kMaxBytes = 64;
    return read_file("/proc/sys/kernel/random/boot_id", kMaxBytes).value_or("");
}

Confirmation::Confirmation(
    EventLoop& loop,
    Log& log,
    StateDirectory& state,
    LiveNode& node,
    Pusher& pusher
)
    : log_(log),
      state_(state),
      node_(node),
      pusher_(pusher),
      deadline_timer_(loop, [this] { take_back(HistoryCause::unconfirmed); }),
      look_timer_(loop, [this] { look(); }) {}

void Confirmation::follow_history() {
    problem_.clear();
    wait();
    if (deadline_timer_.is_set() && was_reachable_) {
        watched_since_ns_ = read_clocks().now_ns;
        node_.call_peers();
        look_timer_.set(watched_since_ns_ + kLookNs);
    }
    was_reachable_ = false;
}

void Confirmation::wait() {
    look_timer_.stop();
    deadline_timer_.stop();
    const History& history = state_.history();
    if (!history.empty() && history.back().is_provisional()) {
        deadline_timer_.set(history.back().provisional->deadline_ns);
    }
}

void Confirmation::note_peers(std::function<void()> then) {
    ask_peers([this, then = std::move(then)](uint64_t newest_ns) {
        was_reachable_ = newest_ns != 0 && age_ns(newest_ns, read_clocks().now_ns) < kHeardNs;
        then();
    });
}

void Confirmation::look() {
    ask_peers([this](uint64_t newest_ns) { judge_peers(newest_ns); });
}

void Confirmation::judge_peers(uint64_t newest_ns) {
    const History& history = state_.history();
    if (history.empty() || !history.back().is_provisional() ||
        newest_ns > watched_since_ns_ + kSettleNs) {
        return;
    }
    const uint64_t now_ns = read_clocks().now_ns;
    if (age_ns(watched_since_ns_, now_ns) >= kReachNs) {
        take_back(HistoryCause::unreachable);
    } else {
        // A peer that had a session made just before the push is not called at once.
        node_.call_peers();
        look_timer_.set(now_ns + kLookNs);
    }
}

void Confirmation::take_back(HistoryCause cause) {
    look_timer_.stop();
    const History& history = state_.history();
    if (history.size() < 2 || !history.back().is_provisional()) {
        return;
    }
    const RollbackRequest request{
        .generation = history[history.size() - 2].generation,
        .cause = cause,
        .by = std::nullopt,
    };
    pusher_.rollback(request, [this, cause](const PushResult& result) {
        if (!result.accepted && !state_.history().back().is_provisional()) {
            return;  // it was confirmed while its text was being read
        }
        if (!result.accepted) {
            problem_ = "a provisional generation could not be taken back: " + result.message;
            log_.error("not rolled back", {{"reason", result.message}});
            deadline_timer_.set(read_clocks().now_ns + kRetryNs);
            return;
        }
        log_.warning(
            "provisional generation taken back",
            {{"cause", std::string(name_of(cause))},
             {"generation", std::to_string(result.generation)}}
        );
    });
}

/// 0 if none was ever heard, or nobody can say.
void Confirmation::ask_peers(std::function<void(uint64_t newest_ns)> on_newest) {
    const auto newest = std::make_shared<uint64_t>(0);
    const bool is_asked =
        node_.link().list<api::PeerPage>(0, [newest, on_newest](const api::PeerPage* page) {
            if (page != nullptr) {
                for (const api::PeerRecord& peer : records_of(*page)) {
                    *newest = std::max(*newest, heard_ns(peer));
                }
            }
            if (page == nullptr || page->last) {
                on_newest(*newest);
            }
        });
    if (!is_asked) {
        on_newest(0);
    }
}

}  // namespace egret::control
