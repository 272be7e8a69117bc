// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels.hpp"
#include "short_copy.hpp"

#include <algorithm>

namespace egret::crypto::multilane {

/// How the blocks of the next messages of a pass are spread over `kLanes` lanes of Poly1305: `count` messages, from
/// `position` on, `lanes_each` lanes to each. Lane j of a message takes the blocks whose number from the end leaves
/// the same remainder; all lanes end at the same step, so shorter messages start later.
/// Depends on sizes only.
template <size_t kLanes>
struct LanePlan {
    LanePlan(const TagWork& work, size_t first) noexcept
        : position(first) {
        choose(work);
        const auto steps_of = [&](size_t blocks) { return (blocks + lanes_each - 1) / lanes_each; };
        n_steps = steps_of(blocks_at(work, position));
        stride_bytes = lanes_each * kAuthBlockBytes;
        starts.fill(n_steps);
        last_places.fill(kZeros.data());
        places.fill(nullptr);
        for (size_t i = 0; i < count; ++i) {
            place(work.messages[work.order[position + i]], i);
        }
        // The last lane of the longest message is at work from the beginning: others look on until they start.
        first_place = places[lanes_each - 1];
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
    size_t lanes_each = 1;
    size_t n_steps = 0;
    size_t stride_bytes = 0;
    /// By lane: where it reads at step n, less n strides; the step it starts at; where it reads in the last step.
    std::array<const uint8_t*, kLanes> places;
    std::array<size_t, kLanes> starts;
    std::array<const uint8_t*, kLanes> last_places;
    const uint8_t* first_place = nullptr;

  private:
    static size_t blocks_at(const TagWork& work, size_t place) noexcept {
        return auth_blocks(work.messages[work.order[place]]);
    }

    /// Takes as many messages as there are lanes, unless fewer with several lanes each are done sooner.
    void choose(const TagWork& work) noexcept {
        const size_t n_left = work.order.size() - position;
        const size_t longest = blocks_at(work, position);
        count = std::min(n_left, kLanes);
        size_t least = longest;
        for (size_t each = 2, cost = kSpreadCost + 1; each <= kLanes; each *= 2, ++cost) {
            const size_t taken = std::min(n_left, kLanes / each);
            const size_t rest = taken < n_left ? blocks_at(work, position + taken) : 0;
            const size_t steps = longest / each + cost + rest;
            if (steps < least) {
                least = steps;
                lanes_each = each;
                count = taken;
            }
        }
    }

    void place(const Message& message, size_t index) noexcept {
        const size_t n_blocks = auth_blocks(message);
        const size_t n_missing = n_steps * lanes_each - n_blocks;
        const size_t associated =
            (message.associated_bytes + kAuthBlockBytes - 1) / kAuthBlockBytes * kAuthBlockBytes;
        const uint8_t* begin = message.text - associated;
        for (size_t j = 0; j < lanes_each; ++j) {
            const size_t lane = index * lanes_each + j;
            const size_t n_late = n_missing > j ? (n_missing - j + lanes_each - 1) / lanes_each : 0;
            starts[lane] = std::min(n_late, n_steps);
            places[lane] = begin + (j - n_missing) * kAuthBlockBytes;
            if (n_late < n_steps) {
                last_places[lane] = begin + (n_blocks - lanes_each + j) * kAuthBlockBytes;
            }
        }
        const size_t n_odd = message.size_bytes % kAuthBlockBytes;
        if (n_odd != 0) {
            padded[index].fill(0);
            copy_short(padded[index].data(), message.text + message.size_bytes - n_odd, n_odd);
            last_places[(index + 1) * lanes_each - 1] = padded[index].data();
        }
    }

    /// What spreading costs beside the steps, in steps: powers of r, adding up.
    static constexpr size_t kSpreadCost = 4;

    static constexpr std::array<uint8_t, kAuthBlockBytes> kZeros{};
    std::array<std::array<uint8_t, kAuthBlockBytes>, kLanes> padded;
};

}  // namespace egret::crypto::multilane
