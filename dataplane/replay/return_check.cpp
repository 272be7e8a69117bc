// SPDX-License-Identifier: Apache-2.0
#include "return_check.hpp"

#include "comparison.hpp"

#include <utility>

namespace egret::replay {
namespace {

/// True if the flow's first packets wait for a handshake: its verdict may become tunnel or drop.
bool is_waiting(const BookedFlow& flow) noexcept {
    return flow.tunnelled && !flow.arrived && flow.drop_reason == api::DropReason::count;
}

/// A frame that was carried and did not come back is withheld if its flow was dropped, else missing.
void attribute(Difference& difference, const BookedFlow& flow) {
    if (difference.note.empty() && flow.verdict() == api::Verdict::drop) {
        difference.kind = Difference::Kind::withheld;
    }
    if (flow.drop_reason != api::DropReason::count) {
        difference.reason = flow.drop_reason;
    }
}

uint64_t& count_of(Counts& counts, Difference::Kind kind) noexcept {
    switch (kind) {
        case Difference::Kind::different:
            return counts.lan_frames_different;
        case Difference::Kind::withheld:
            return counts.lan_frames_withheld;
        case Difference::Kind::missing:
            break;
    }
    return counts.lan_frames_missing;
}

}  // namespace

void ReturnCheck::expect(const FrameTag& tag, std::span<const uint8_t> recorded) {
    Expected& expected = expected_[n_expected_++];
    expected.tag = tag;
    expected.recorded.assign(recorded.begin(), recorded.end());
    expected.returned = false;
}

void ReturnCheck::returned(const FrameTag& tag, std::span<const uint8_t> frame) {
    for (Expected& expected : std::span(expected_).first(n_expected_)) {
        if (expected.tag.number != tag.number) {
            continue;
        }
        expected.returned = true;
        if (const auto first_byte = first_difference(expected.recorded, frame)) {
            report(tag, {.kind = Difference::Kind::different, .first_byte = first_byte});
        } else {
            ++counts_.lan_frames_equal;
        }
    }
}

void ReturnCheck::not_carried(const FrameTag& tag, std::string note) {
    report(tag, {.kind = Difference::Kind::missing, .note = std::move(note)});
}

void ReturnCheck::finish_burst() {
    for (const Expected& expected : std::span(expected_).first(n_expected_)) {
        if (!expected.returned) {
            report(expected.tag, {.kind = Difference::Kind::missing});
        }
    }
    n_expected_ = 0;
    release();
}

void ReturnCheck::flow_over(const BookedFlow& flow) {
    for (Held& held : held_) {
        if (held.waits_for == &flow) {
            attribute(held.difference, flow);
            held.waits_for = nullptr;
        }
    }
    release();
}

void ReturnCheck::report(const FrameTag& tag, Difference difference) {
    difference.frame = tag.number;
    difference.time_ns = tag.time_ns;
    Held held{.difference = std::move(difference)};
    if (tag.flow != nullptr) {
        held.difference.key = tag.flow->key;
        held.waits_for = held.difference.kind == Difference::Kind::missing ? tag.flow : nullptr;
    }
    held_.push_back(std::move(held));
}

void ReturnCheck::release() {
    for (; !held_.empty(); held_.pop_front()) {
        auto& [difference, flow] = held_.front();
        if (flow != nullptr && is_waiting(*flow)) {
            return;
        }
        if (flow != nullptr) {
            attribute(difference, *flow);
        }
        ++count_of(counts_, difference.kind);
        sink_(difference);
    }
}

}  // namespace egret::replay
