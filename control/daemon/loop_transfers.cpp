// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/loop_transfers.hpp"

#include "control/daemon/clock.hpp"

#include <sys/epoll.h>
#include <utility>

namespace egret::control {

LoopTransfers::LoopTransfers(EventLoop& loop)
    : loop_(loop),
      timer_(loop, [this] { transfers_.on_time(); }),
      transfers_(*this) {}

LoopTransfers::~LoopTransfers() = default;

void LoopTransfers::start(const HttpRequest& request, Transfers::OnResponse on_response) {
    transfers_.start(request, std::move(on_response), {});
}

/// libcurl may close a descriptor and open another of the same number in between: it says so first.
void LoopTransfers::want(int descriptor, bool reads, bool writes) {
    const uint32_t events = (reads ? EPOLLIN : 0U) | (writes ? EPOLLOUT : 0U);
    const auto found = watches_.find(descriptor);
    if (events == 0) {
        if (found != watches_.end()) {
            loop_.forget(found->second);
            watches_.erase(found);
        }
    } else if (found != watches_.end()) {
        loop_.change(found->second, events);
    } else {
        watches_[descriptor] =
            loop_.watch(descriptor, events, [this, descriptor](uint32_t happened) {
                const bool can_read = (happened & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0;
                transfers_.on_descriptor(descriptor, can_read, (happened & EPOLLOUT) != 0);
            });
    }
}

void LoopTransfers::want_time(long timeout_ms) {
    constexpr uint64_t kNsPerMs = 1'000'000;
    if (timeout_ms < 0) {
        timer_.stop();
    } else {
        timer_.set(read_clocks().now_ns + static_cast<uint64_t>(timeout_ms) * kNsPerMs);
    }
}

}  // namespace egret::control
