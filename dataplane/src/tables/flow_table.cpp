// SPDX-License-Identifier: Apache-2.0
#include "tables/flow_table.hpp"

#include <egret/burst_output.hpp>

#include <rte_common.h>
#include <rte_prefetch.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace egret {
namespace {

void prefetch(const Flow& flow, unsigned lines) noexcept {
    const auto* bytes = reinterpret_cast<const std::byte*>(&flow);
    for (unsigned line = 0; line < sizeof(Flow) / kFlowLine; ++line) {
        if ((lines >> line & 1) != 0) {
            rte_prefetch0(bytes + size_t{line} * kFlowLine);
        }
    }
}

}  // namespace

FlowTable::FlowTable(uint32_t capacity, uint64_t seed)
    : capacity_(capacity),
      // Two keys a flow in buckets of eight, filled to between a quarter and half: both buckets of a key being full is rare.
      bucket_mask_(std::bit_ceil(capacity / 2 + 1) - 1),
      seed_(seed),
      n_free_(capacity),
      flows_(capacity),
      buckets_(bucket_mask_ + 1U),
      free_(std::make_unique<uint32_t[]>(capacity)) {
    for (uint32_t i = 0; i < capacity; ++i) {
        free_[i] = capacity - 1 - i;  // slots are handed out from 0 upwards
    }
}

const FlowKey& FlowTable::key_of(uint32_t reference) const noexcept {
    const Flow& flow = flows_[reference / 2];
    return reference % 2 == 0 ? flow.forward : flow.reverse;
}

uint32_t FlowTable::Bucket::candidate(uint16_t tag) const noexcept {
    // Four tags a word. A word less the lowest bit of each 16 borrows from the sixteenth of those that are zero: the lowest
    // such bit is right, those above it may be a borrow's. (Mycroft's zero byte test, for halves of words.)
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

FlowHit FlowTable::hit(uint32_t reference) noexcept {
    return {&flows_[reference / 2], reference % 2 == 0};
}

FlowHit FlowTable::match(const Bucket& bucket, uint16_t tag, const FlowKey& key) noexcept {
    for (uint32_t way = 0; way < kWays; ++way) {
        if (bucket.tags[way] == tag && key_of(bucket.references[way]) == key) {
            return hit(bucket.references[way]);
        }
    }
    return {};
}

FlowHit FlowTable::find_at(const Position& position, const FlowKey& key) noexcept {
    const FlowHit found = match(buckets_[position.primary], position.tag, key);
    return found.flow != nullptr ? found : match(buckets_[position.secondary], position.tag, key);
}

FlowHit FlowTable::find(const FlowKey& key) noexcept {
    return find_at(position_of(key), key);
}

void FlowTable::find_burst(
    std::span<const FlowKey* const> keys,
    std::span<FlowHit> hits,
    FlowLines lines
) noexcept {
    constexpr uint32_t kNoCandidate = UINT32_MAX;
    std::array<Position, kBurstSize> positions;
    std::array<uint32_t, kBurstSize> candidates;  // references
    for (size_t i = 0; i < keys.size(); ++i) {
        positions[i] = position_of(*keys[i]);
        rte_prefetch0(&buckets_[positions[i].primary]);
    }
    for (size_t i = 0; i < keys.size(); ++i) {
        // Where a tag lies is as good as random: found without a branch, or each would be mispredicted.
        const Bucket& bucket = buckets_[positions[i].primary];
        const uint32_t way = bucket.candidate(positions[i].tag);
        candidates[i] = way < kWays ? bucket.references[way] : kNoCandidate;
        if (way < kWays) {
            prefetch(flows_[candidates[i] / 2], static_cast<unsigned>(lines));
        }
    }
    for (size_t i = 0; i < keys.size(); ++i) {
        const bool found = candidates[i] != kNoCandidate && key_of(candidates[i]) == *keys[i];
        hits[i] = found ? hit(candidates[i]) : find_at(positions[i], *keys[i]);
    }
}

bool FlowTable::add_reference(const FlowKey& key, uint32_t reference) noexcept {
    const Position position = position_of(key);
    for (const uint32_t index : {position.primary, position.secondary}) {
        Bucket& bucket = buckets_[index];
        for (uint32_t way = 0; way < kWays; ++way) {
            if (bucket.tags[way] == 0) {
                bucket.tags[way] = position.tag;
                bucket.references[way] = reference;
                ++n_inserted_;
                return true;
            }
        }
    }
    return false;
}

void FlowTable::drop_reference(const FlowKey& key, uint32_t reference) noexcept {
    const Position position = position_of(key);
    for (const uint32_t index : {position.primary, position.secondary}) {
        Bucket& bucket = buckets_[index];
        for (uint32_t way = 0; way < kWays; ++way) {
            if (bucket.tags[way] == position.tag && bucket.references[way] == reference) {
                bucket.tags[way] = 0;
                return;
            }
        }
    }
}

Flow* FlowTable::insert(const FlowKey& forward) noexcept {
    if (n_free_ == 0) {
        return nullptr;
    }
    const uint32_t slot = free_[n_free_ - 1];
    Flow& flow = flows_[slot];
    flow.forward = forward;
    if (!add_reference(forward, slot * 2)) {
        return nullptr;
    }
    --n_free_;
    ++size_;
    n_touched_ = std::max(n_touched_, slot + 1);
    flow.id = next_id_++;
    return &flow;
}

bool FlowTable::insert_reverse(Flow& flow) noexcept {
    flow.has_reverse = add_reference(flow.reverse, slot_of(flow) * 2 + 1);
    return flow.has_reverse;
}

void FlowTable::remove(Flow& flow) noexcept {
    forget(flow);
    flow = Flow{};
    free_[n_free_++] = slot_of(flow);
}

void FlowTable::retire(Flow& flow) noexcept {
    forget(flow);
    flow.id = 0;  // no sweep meets it again
    flow.name_wanted = false;
    ++n_retired_;
    free_[capacity_ - n_retired_] = slot_of(flow);
}

void FlowTable::recycle() noexcept {
    for (; n_retired_ > 0; --n_retired_) {
        const uint32_t slot = free_[capacity_ - n_retired_];
        flows_[slot] = Flow{};
        free_[n_free_++] = slot;
    }
}

/// Takes the flow out of the index.
void FlowTable::forget(Flow& flow) noexcept {
    const uint32_t slot = slot_of(flow);
    drop_reference(flow.forward, slot * 2);
    if (flow.has_reverse) {
        drop_reference(flow.reverse, slot * 2 + 1);
    }
    --size_;
    ++n_removed_;
}

}  // namespace egret
