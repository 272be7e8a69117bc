// SPDX-License-Identifier: Apache-2.0
#include "tables/flow_table.hpp"

#include <egret/burst_output.hpp>

#include <rte_common.h>
#include <rte_prefetch.h>

#include <bit>
#include <cstddef>

namespace egret {
namespace {

/// Every line of a flow: what finds it lies at its front, what its packets change at its end.
void prefetch_all(const Flow& flow) noexcept {
    const auto* bytes = reinterpret_cast<const std::byte*>(&flow);
    for (size_t at = 0; at < sizeof(Flow); at += RTE_CACHE_LINE_SIZE) {
        rte_prefetch0(bytes + at);
    }
}

}  // namespace

FlowTable::FlowTable(uint32_t capacity, uint64_t seed)
    : capacity_(capacity),
      // Two keys a flow in buckets of eight, filled to at most half: both buckets of a key being full is then rare.
      bucket_mask_(std::bit_ceil(capacity / 2 + 1) - 1),
      seed_(seed),
      n_free_(capacity),
      flows_(std::make_unique<Flow[]>(capacity)),
      buckets_(std::make_unique<Bucket[]>(bucket_mask_ + 1U)),
      free_(std::make_unique<uint32_t[]>(capacity)) {
    for (uint32_t i = 0; i < capacity; ++i) {
        free_[i] = capacity - 1 - i;  // slots are handed out from 0 upwards
    }
}

FlowTable::Position FlowTable::position_of(uint64_t hash) const noexcept {
    const auto tag = static_cast<uint16_t>((hash >> 48) | 1);  // never 0, which marks a free way
    const uint32_t primary = static_cast<uint32_t>(hash) & bucket_mask_;
    const uint32_t secondary = static_cast<uint32_t>(hash >> 16) & bucket_mask_;
    return {primary, secondary, tag};
}

const FlowKey& FlowTable::key_of(uint32_t reference) const noexcept {
    const Flow& flow = flows_[reference / 2];
    return reference % 2 == 0 ? flow.forward : flow.reverse;
}

FlowHit FlowTable::match(const Bucket& bucket, uint16_t tag, const FlowKey& key) noexcept {
    for (uint32_t way = 0; way < kWays; ++way) {
        if (bucket.tags[way] == tag && key_of(bucket.references[way]) == key) {
            return {&flows_[bucket.references[way] / 2], bucket.references[way] % 2 == 0};
        }
    }
    return {};
}

FlowHit FlowTable::find(const FlowKey& key) noexcept {
    const Position position = position_of(hash(key));
    const FlowHit hit = match(buckets_[position.primary], position.tag, key);
    return hit.flow != nullptr ? hit : match(buckets_[position.secondary], position.tag, key);
}

void FlowTable::find_burst(std::span<const FlowKey* const> keys, std::span<FlowHit> hits) noexcept {
    Position positions[kBurstSize];
    for (size_t i = 0; i < keys.size(); ++i) {
        positions[i] = position_of(hash(*keys[i]));
        rte_prefetch0(&buckets_[positions[i].primary]);
    }
    for (size_t i = 0; i < keys.size(); ++i) {
        const Bucket& bucket = buckets_[positions[i].primary];
        for (uint32_t way = 0; way < kWays; ++way) {
            if (bucket.tags[way] == positions[i].tag) {
                prefetch_all(flows_[bucket.references[way] / 2]);
                break;
            }
        }
    }
    for (size_t i = 0; i < keys.size(); ++i) {
        hits[i] = match(buckets_[positions[i].primary], positions[i].tag, *keys[i]);
        if (hits[i].flow == nullptr) {
            hits[i] = match(buckets_[positions[i].secondary], positions[i].tag, *keys[i]);
        }
    }
}

bool FlowTable::add_reference(const FlowKey& key, uint32_t reference) noexcept {
    const Position position = position_of(hash(key));
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
    const Position position = position_of(hash(key));
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
