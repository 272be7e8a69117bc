// SPDX-License-Identifier: Apache-2.0
#include "control/fetch/fetch_now.hpp"

#include "control/fetch/transfers.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <poll.h>
#include <vector>

namespace egret::control {
namespace {

/// Waits with poll.
class PollWaiter final : public TransferWaiter {
  public:
    void want(int descriptor, bool reads, bool writes) override {
        const int events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0);
        if (events == 0) {
            events_.erase(descriptor);
        } else {
            events_[descriptor] = static_cast<short>(events);
        }
    }

    void want_time(long timeout_ms) override { timeout_ms_ = timeout_ms; }

    /// Waits once and says what happened.
    void turn(Transfers& transfers) {
        std::vector<pollfd> waiting;
        for (const auto& [descriptor, events] : events_) {
            waiting.push_back({descriptor, events, 0});
        }
        constexpr long kLongestMs = 1000;
        const long wait_ms = timeout_ms_ < 0 ? kLongestMs : std::min(timeout_ms_, kLongestMs);
        const int n = poll(waiting.data(), waiting.size(), static_cast<int>(wait_ms));
        for (const pollfd& one : waiting) {
            if ((one.revents & (POLLIN | POLLHUP | POLLERR | POLLOUT)) != 0) {
                const bool can_read = (one.revents & (POLLIN | POLLHUP | POLLERR)) != 0;
                transfers.on_descriptor(one.fd, can_read, (one.revents & POLLOUT) != 0);
            }
        }
        if (n <= 0) {
            transfers.on_time();
        }
    }

  private:
    std::map<int, short> events_;
    long timeout_ms_ = 0;
};

}  // namespace

ListFetch::Outcome fetch_now(ListFetch& fetch, const Transfer::OnProgress& on_progress) {
    PollWaiter waiter;
    Transfers transfers(waiter);
    while (true) {
        std::optional<HttpResponse> response;
        transfers.start(
            fetch.next(),
            [&](HttpResponse came) { response = std::move(came); },
            on_progress
        );
        while (!response) {
            waiter.turn(transfers);
        }
        if (auto outcome = fetch.take(std::move(*response))) {
            return std::move(*outcome);
        }
    }
}

}  // namespace egret::control
