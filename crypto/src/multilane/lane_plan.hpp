// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels.hpp"
#include "short_copy.hpp"

#include <algorithm>

namespace egret::crypto::multilane {

/// An address to read at. A number, because that of a lane that starts later lies before its text until it does.
using Place = uintptr_t;

inline Place place_of(const uint8_t* bytes) noexcept {
    return reinterpret_cast<Place>(bytes);
}

/// How the blocks of the next messages of a pass are spread over `kLanes` lanes of Poly1305: `count` messages, from
/// `position` on, `lanes_each` lanes to each. Lane j of a message takes the blocks whose number from the end leaves
/// the same remainder; all lanes end at the same step, so shorter messages start later.
/// Depends on sizes only. Without `kMaySpread`, one lane to each.
template <size_t kLanes, bool kMaySpread>
struct LanePlan {
    static constexpr bool kSpreads = kMaySpread;

    LanePlan(const TagWork& work, size_t first) noexcept
        : position(first) {
        choose(work);
        lanes_each = size_t{1} << lanes_each_log2;
        n_steps = (blocks_at(work, position) + lanes_each - 1) >> lanes_each_log2;
        stride_bytes = lanes_each * kAuthBlockBytes;
        // The last lane of the longest message is at work from the beginning: others look on until they start.
        const Message& longest = work.messages[work.order[position]];
        Place busy = begin_of(longest) + (lanes_each - 1 - missing(longest)) * kAuthBlockBytes;
        for (size_t i = 0; i < count; ++i) {
            place(work.messages[work.order[position + i]], i, busy);
        }
        for (size_t lane = count * lanes_each; lane < kLanes; ++lane) {
            starts[lane] = 0;
            first_places[lane] = busy;
            last_places[lane] = place_of(kZeros.data());
        }
    }

    /// The earliest step after `now` at which a lane starts.
    [[nodiscard]] size_t next_start(size_t now) const noexcept {
        size_t next = n_steps;
        for (const size_t start : starts) {
            next = start > now ? std::min(next, start) : next;
        }
        return next;
    }

    size_t position;
    size_t count = 0;
    size_t lanes_each_log2 = 0;
    size_t lanes_each = 1;
    size_t n_steps = 0;
    size_t stride_bytes = 0;
    bool any_late = false;  ///< some lane does not start at once
    /// By lane: where it reads at step n, less n strides; the same while it has not started; the step it starts at; where it
    /// reads in the last step.
    std::array<Place, kLanes> places;
    std::array<Place, kLanes> first_places;
    std::array<size_t, kLanes> starts;
    std::array<Place, kLanes> last_places;

  private:
    static size_t blocks_at(const TagWork& work, size_t place) noexcept {
        return auth_blocks(work.messages[work.order[place]]);
    }

    /// Takes as many messages as there are lanes, unless fewer with several lanes each are done sooner.
    void choose(const TagWork& work) noexcept {
        const size_t n_left = work.order.size() - position;
        const size_t longest = blocks_at(work, position);
        count = std::min(n_left, kLanes);
        if (!kSpreads) {
            return;
        }
        size_t least = longest;
        for (size_t each = 2, cost = kSpreadCost + 1; each <= kLanes; each *= 2, ++cost) {
            const size_t taken = std::min(n_left, kLanes >> std::countr_zero(each));
            const size_t rest = taken < n_left ? blocks_at(work, position + taken) : 0;
            const size_t steps = (longest >> std::countr_zero(each)) + cost + rest;
            if (steps < least) {
                least = steps;
                lanes_each_log2 = static_cast<size_t>(std::countr_zero(each));
                count = taken;
            }
        }
    }

    /// With the associated data.
    static Place begin_of(const Message& message) noexcept {
        return place_of(message.text) -
               (message.associated_bytes + kAuthBlockBytes - 1) / kAuthBlockBytes * kAuthBlockBytes;
    }

    /// Blocks the message has less than its lanes could take.
    [[nodiscard]] size_t missing(const Message& message) const noexcept {
        return (n_steps << lanes_each_log2) - auth_blocks(message);
    }

    void place(const Message& message, size_t index, Place busy) noexcept {
        const Place begin = begin_of(message);
        const size_t n_missing = missing(message);
        for (size_t j = 0; j < lanes_each; ++j) {
            const size_t lane = (index << lanes_each_log2) + j;
            const size_t start = (n_missing + lanes_each - 1 - j) >> lanes_each_log2;
            const Place own = begin + (j - n_missing) * kAuthBlockBytes;
            any_late = any_late || start != 0;
            starts[lane] = start;
            places[lane] = own;
            first_places[lane] = start == 0 ? own : busy;
            last_places[lane] =
                start < n_steps ? own + (n_steps - 1) * stride_bytes : place_of(kZeros.data());
        }
        const size_t n_odd = message.size_bytes % kAuthBlockBytes;
        if (n_odd != 0) {
            padded[index].fill(0);
            copy_short(padded[index].data(), message.text + message.size_bytes - n_odd, n_odd);
            last_places[((index + 1) << lanes_each_log2) - 1] = place_of(padded[index].data());
        }
    }

    /// What spreading costs beside the steps, in steps: powers of r, adding up.
    static constexpr size_t kSpreadCost = 4;

    static constexpr std::array<uint8_t, kAuthBlockBytes> kZeros{};
    std::array<std::array<uint8_t, kAuthBlockBytes>, kLanes> padded;
};

}  // namespace egret::crypto::multilane
