// SPDX-License-Identifier: Apache-2.0
#include "tables/flow_table.hpp"

#include <algorithm>
#include <bit>

namespace egret {
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
