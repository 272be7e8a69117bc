// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tables/flow.hpp"

#include <egret/api/huge_pages.hpp>
#include <egret/burst_output.hpp>

#include <rte_prefetch.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

namespace egret {

/// A flow and the direction of the packet that found it.
struct FlowHit {
    Flow* flow = nullptr;
    bool forward = true;
};

/// The living flows of one worker, found by either of their two keys.
///
/// A hash index of 8-way buckets, a cache line each, with two buckets to choose from per key; flows lie in one array
/// allocated at construction and are never moved, so a Flow* stays valid until `remove`. Threads: one owner.
class FlowTable {
  public:
    /// Room for `capacity` flows. `seed` keys the hash.
    FlowTable(uint32_t capacity, uint64_t seed);

    /// Looks up `n` keys at once, at most kBurstSize: `key_at(k)` gives the k-th, `found(k, hit)` is told of it, with no flow
    /// where it is unknown. `lines` of the flows are on their way into the cache afterwards.
    template <class KeyAt, class Found>
    void find_burst(uint16_t n, FlowLines lines, KeyAt&& key_at, Found&& found) noexcept {
        std::array<Position, kBurstSize> positions;
        std::array<uint32_t, kBurstSize> candidates;  // references
        for (uint16_t k = 0; k < n; ++k) {
            positions[k] = position_of(key_at(k));
            rte_prefetch0(&buckets_[positions[k].primary]);
        }
        for (uint16_t k = 0; k < n; ++k) {
            // Where a tag lies is as good as random: found without a branch, or each would be mispredicted.
            const Bucket& bucket = buckets_[positions[k].primary];
            const uint32_t way = bucket.candidate(positions[k].tag);
            candidates[k] = way < kWays ? bucket.references[way] : kNoReference;
            if (way < kWays) {
                prefetch(flows_[candidates[k] / 2], lines);
            }
        }
        for (uint16_t k = 0; k < n; ++k) {
            const FlowKey& key = key_at(k);
            const bool right = candidates[k] != kNoReference && key_of(candidates[k]) == key;
            found(k, right ? hit(candidates[k]) : find_at(positions[k], key));
        }
    }

    [[nodiscard]] FlowHit find(const FlowKey& key) noexcept;

    /// Adds a flow under its `forward` key; nullptr if there is no room. The key must be unknown.
    [[nodiscard]] Flow* insert(const FlowKey& forward) noexcept;

    /// Makes `flow` known under `flow.reverse` too; false if there is no room. The key must be unknown.
    [[nodiscard]] bool insert_reverse(Flow& flow) noexcept;

    /// Removes the flow and its keys.
    void remove(Flow& flow) noexcept;

    /// Removes its keys, but keeps the flow as it is until `recycle`: for one that packets at hand still use.
    void retire(Flow& flow) noexcept;

    /// Frees what was retired. Call where no packet is at hand.
    void recycle() noexcept;

    /// Looks at the next `n_slots` slots, in a circle, and returns through `visit(Flow&)` each living flow; `visit` may
    /// remove it.
    template <class Visit>
    void sweep(uint32_t n_slots, Visit&& visit) {
        // Slots that were never taken hold nothing.
        for (uint32_t i = 0; i < std::min(n_slots, n_touched_); ++i) {
            const uint32_t slot = hand_;
            hand_ = hand_ + 1 >= n_touched_ ? 0 : hand_ + 1;
            if (flows_[slot].id != 0) {
                visit(flows_[slot]);
            }
        }
        // Each slot is far away from the one before: on its way while packets are looked after.
        for (uint32_t ahead = 0; ahead < std::min({n_slots, n_touched_, kSweepAhead}); ++ahead) {
            __builtin_prefetch(&flows_[hand_ + ahead < n_touched_ ? hand_ + ahead : 0].id);
        }
    }

    /// The living flow at `slot`, below `capacity`; nullptr if there is none.
    [[nodiscard]] const Flow* at(uint32_t slot) const noexcept {
        return flows_[slot].id != 0 ? &flows_[slot] : nullptr;
    }

    [[nodiscard]] uint32_t size() const noexcept { return size_; }

    [[nodiscard]] uint32_t capacity() const noexcept { return capacity_; }

    /// How often a key was added and a flow removed since construction; tells whether older finds still hold.
    [[nodiscard]] uint64_t n_inserted() const noexcept { return n_inserted_; }

    [[nodiscard]] uint64_t n_removed() const noexcept { return n_removed_; }

    [[nodiscard]] uint64_t hash(const FlowKey& key) const noexcept { return hash_of(key, seed_); }

  private:
    static constexpr uint32_t kWays = 8;
    static constexpr uint32_t kSweepAhead = 8;
    static constexpr uint32_t kNoReference = UINT32_MAX;

    struct alignas(64) Bucket {
        uint16_t tags[kWays]{};        ///< 0: free
        uint32_t references[kWays]{};  ///< flow slot * 2 + (1 if the key is its `reverse`)

        /// The first way with this tag; kWays if there is none.
        [[nodiscard]] uint32_t candidate(uint16_t tag) const noexcept {
            // Four tags a word. A word less the lowest bit of each 16 borrows from the sixteenth of those that are zero: the
            // lowest such bit is right, those above it may be a borrow's. (Mycroft's zero byte test, for halves of words.)
            constexpr uint64_t kLow = 0x0001'0001'0001'0001;
            constexpr uint64_t kHigh = kLow << 15;
            std::array<uint64_t, 2> words;
            std::memcpy(words.data(), tags, sizeof(tags));
            const uint64_t first = words[0] ^ kLow * tag;
            const uint64_t second = words[1] ^ kLow * tag;
            const uint64_t zeros_first = (first - kLow) & ~first & kHigh;
            const uint64_t zeros_second = (second - kLow) & ~second & kHigh;
            const auto in_first = static_cast<uint32_t>(std::countr_zero(zeros_first)) / 16;
            const auto in_second = static_cast<uint32_t>(std::countr_zero(zeros_second)) / 16;
            return zeros_first != 0 ? in_first : 4 + in_second;  // with none at all that is 8
        }
    };

    struct Position {
        uint32_t primary;
        uint32_t secondary;
        uint16_t tag;
    };

    [[nodiscard]] Position position_of(const FlowKey& key) const noexcept {
        const uint64_t at = hash(key);
        return {
            .primary = static_cast<uint32_t>(at) & bucket_mask_,
            .secondary = static_cast<uint32_t>(at >> 16) & bucket_mask_,
            .tag = static_cast<uint16_t>((at >> 48) | 1),  // never 0, which marks a free way
        };
    }

    [[nodiscard]] const FlowKey& key_of(uint32_t reference) const noexcept {
        const Flow& flow = flows_[reference / 2];
        return reference % 2 == 0 ? flow.forward : flow.reverse;
    }

    [[nodiscard]] FlowHit hit(uint32_t reference) noexcept {
        return {&flows_[reference / 2], reference % 2 == 0};
    }

    static void prefetch(const Flow& flow, FlowLines lines) noexcept {
        const auto* bytes = reinterpret_cast<const std::byte*>(&flow);
        for (unsigned line = 0; line < sizeof(Flow) / kFlowLine; ++line) {
            if ((static_cast<unsigned>(lines) >> line & 1) != 0) {
                rte_prefetch0(bytes + size_t{line} * kFlowLine);
            }
        }
    }

    [[nodiscard]] FlowHit find_at(const Position& position, const FlowKey& key) noexcept;
    [[nodiscard]] FlowHit match(const Bucket& bucket, uint16_t tag, const FlowKey& key) noexcept;
    [[nodiscard]] bool add_reference(const FlowKey& key, uint32_t reference) noexcept;
    void drop_reference(const FlowKey& key, uint32_t reference) noexcept;
    void forget(Flow& flow) noexcept;

    [[nodiscard]] uint32_t slot_of(const Flow& flow) const noexcept {
        return static_cast<uint32_t>(&flow - flows_.data());
    }

    uint32_t capacity_;
    uint32_t bucket_mask_;
    uint64_t seed_;
    uint64_t next_id_ = 1;
    uint64_t n_inserted_ = 0;
    uint64_t n_removed_ = 0;
    uint32_t size_ = 0;
    uint32_t hand_ = 0;       ///< next slot to sweep
    uint32_t n_touched_ = 0;  ///< slots [0, n_touched_) were taken at some time
    uint32_t n_free_ = 0;     ///< free_[0, n_free_) are free slots
    uint32_t n_retired_ = 0;  ///< free_[capacity_ - n_retired_, capacity_) are retired ones
    api::HugeVector<Flow> flows_;
    api::HugeVector<Bucket> buckets_;
    std::unique_ptr<uint32_t[]> free_;
};

}  // namespace egret
