// SPDX-License-Identifier: Apache-2.0
#include "return_check.hpp"

#include "comparison.hpp"

#include <utility>

namespace egret::replay {

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
            const BookedFlow* flow = expected.tag.flow;
            const bool withheld = flow != nullptr && flow->verdict() == api::Verdict::drop;
            report(
                expected.tag,
                {.kind = withheld ? Difference::Kind::withheld : Difference::Kind::missing}
            );
        }
    }
    n_expected_ = 0;
}

void ReturnCheck::report(const FrameTag& tag, Difference difference) {
    switch (difference.kind) {
        case Difference::Kind::different:
            ++counts_.lan_frames_different;
            break;
        case Difference::Kind::missing:
            ++counts_.lan_frames_missing;
            break;
        case Difference::Kind::withheld:
            ++counts_.lan_frames_withheld;
            break;
    }
    difference.frame = tag.number;
    difference.time_ns = tag.time_ns;
    if (tag.flow != nullptr) {
        difference.key = tag.flow->key;
        const bool dropped = tag.flow->drop_reason != api::DropReason::count;
        if (difference.kind != Difference::Kind::different && dropped) {
            difference.reason = tag.flow->drop_reason;
        }
    }
    sink_(difference);
}

}  // namespace egret::replay
