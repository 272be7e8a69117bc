// SPDX-License-Identifier: Apache-2.0
#include "sequence_book.hpp"

#include "clock.hpp"

#include <algorithm>

namespace egret::test {

uint64_t SequenceBook::send(uint64_t now_ns) {
    if (came_back_.empty()) {
        last_seen_ns_ = now_ns;
    }
    came_back_.push_back(false);
    return came_back_.size() - 1;
}

void SequenceBook::receive(uint64_t number, uint64_t now_ns) {
    if (number >= came_back_.size()) {
        ++unknown_;
        return;
    }
    longest_gap_ns_ = std::max(longest_gap_ns_, now_ns - last_seen_ns_);
    last_seen_ns_ = now_ns;
    if (came_back_[number]) {
        ++duplicates_;
        return;
    }
    came_back_[number] = true;
    ++received_;
    if (number < next_expected_) {
        ++reordered_;
    }
    next_expected_ = std::max(next_expected_, number + 1);
}

void SequenceBook::report(nlohmann::json& report) const {
    const auto first = std::ranges::find(came_back_, false);
    nlohmann::json first_lost;
    nlohmann::json last_lost;
    if (first != came_back_.end()) {
        first_lost = first - came_back_.begin();
        const auto last = std::find(came_back_.rbegin(), came_back_.rend(), false);
        last_lost = came_back_.rend() - last - 1;
    }
    report["sent"] = sent();
    report["received"] = received_;
    report["lost"] = lost();
    report["first_lost"] = first_lost;
    report["last_lost"] = last_lost;
    report["duplicates"] = duplicates_;
    report["reordered"] = reordered_;
    report["unknown"] = unknown_;
    report["longest_gap_ms"] = longest_gap_ns_ / kMillisecondNs;
}

}  // namespace egret::test
