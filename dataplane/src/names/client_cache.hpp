// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "names/client_id.hpp"
#include "names/index_lists.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace egret::names {

struct CacheLimits {
    uint32_t n_entries = 0;     ///< in all; at least 1
    uint32_t n_per_client = 0;  ///< of one client; at least 1
};

/// Short-lived entries by (client, key), with room for a fixed number of them.
///
/// A client at its own limit gives up its oldest entry. Where all room is taken, the client that holds most gives up its
/// oldest one, so a noisy client cannot push out the others; of several equally heavy clients it is the one that has been
/// that heavy longest. An entry that ran out counts until it is met or pushed out.
///
/// `Key` needs `==` and an overload `uint64_t mix(uint64_t hash, const Key&)`. The seed keeps clients from choosing keys
/// that fall together; the order of eviction does not depend on it.
/// Threads: one owner. Cost: constant time; allocates at construction only.
template <class Key, class Value>
class ClientCache {
  public:
    ClientCache(const CacheLimits& limits, uint64_t seed)
        : seed_(seed),
          n_per_client_(limits.n_per_client),
          n_buckets_(std::bit_ceil(limits.n_entries)),
          entries_(limits.n_entries),
          clients_(limits.n_entries),
          entry_chains_(n_buckets_ + 1, limits.n_entries),
          client_chains_(n_buckets_ + 1, limits.n_entries),
          ages_(limits.n_entries, limits.n_entries),
          weights_(limits.n_per_client + 1, limits.n_entries) {
        for (uint32_t i = 0; i < limits.n_entries; ++i) {
            entry_chains_.push_back(free_list(), i);
            client_chains_.push_back(free_list(), i);
        }
    }

    /// The living entry of that client under that key, else null. Valid until the next call that changes the cache.
    [[nodiscard]] Value* find(const ClientId& client, const Key& key, uint64_t now_ns) noexcept {
        const uint32_t entry = find_entry(client, key);
        if (entry == kNoIndex) {
            return nullptr;
        }
        if (entries_[entry].expires_ns <= now_ns) {
            remove(entry);
            return nullptr;
        }
        return &entries_[entry].value;
    }

    /// Makes or replaces an entry; it is the client's newest one afterwards.
    void
    put(const ClientId& client, const Key& key, const Value& value, uint64_t expires_ns) noexcept {
        erase(client, key);
        if (const uint32_t known = find_client(client);
            known != kNoIndex && clients_[known].n_entries == n_per_client_) {
            remove(ages_.front(known));
        }
        if (entry_chains_.front(free_list()) == kNoIndex) {
            remove(oldest_of_heaviest());
        }
        insert(client, key, value, expires_ns);
    }

    /// No effect where there is no such entry.
    void erase(const ClientId& client, const Key& key) noexcept {
        if (const uint32_t entry = find_entry(client, key); entry != kNoIndex) {
            remove(entry);
        }
    }

    /// Entries held, those that ran out unnoticed included.
    [[nodiscard]] uint32_t size() const noexcept { return n_held_; }

  private:
    struct Entry {
        Key key;
        Value value;
        uint64_t expires_ns = 0;
        uint32_t client = kNoIndex;
    };

    struct Client {
        ClientId id;
        uint32_t n_entries = 0;
    };

    [[nodiscard]] size_t free_list() const noexcept { return n_buckets_; }

    [[nodiscard]] size_t bucket(const ClientId& client) const noexcept {
        return mix(seed_, client) & (n_buckets_ - 1);
    }

    [[nodiscard]] size_t bucket(const ClientId& client, const Key& key) const noexcept {
        return mix(mix(seed_, client), key) & (n_buckets_ - 1);
    }

    [[nodiscard]] uint32_t find_client(const ClientId& client) const noexcept {
        uint32_t i = client_chains_.front(bucket(client));
        while (i != kNoIndex && !(clients_[i].id == client)) {
            i = client_chains_.after(i);
        }
        return i;
    }

    [[nodiscard]] uint32_t find_entry(const ClientId& client, const Key& key) const noexcept {
        uint32_t i = entry_chains_.front(bucket(client, key));
        while (i != kNoIndex &&
               !(entries_[i].key == key && clients_[entries_[i].client].id == client)) {
            i = entry_chains_.after(i);
        }
        return i;
    }

    [[nodiscard]] uint32_t oldest_of_heaviest() const noexcept {
        return ages_.front(weights_.front(heaviest_));
    }

    /// @pre There is a free entry, and the client is below its limit.
    void insert(
        const ClientId& client,
        const Key& key,
        const Value& value,
        uint64_t expires_ns
    ) noexcept {
        uint32_t owner = find_client(client);
        if (owner == kNoIndex) {
            owner = client_chains_.front(free_list());
            client_chains_.remove(free_list(), owner);
            client_chains_.push_back(bucket(client), owner);
            clients_[owner] = {client, 0};
        }
        const uint32_t entry = entry_chains_.front(free_list());
        entry_chains_.remove(free_list(), entry);
        entry_chains_.push_back(bucket(client, key), entry);
        entries_[entry] = {key, value, expires_ns, owner};
        ages_.push_back(owner, entry);
        set_weight(owner, clients_[owner].n_entries + 1);
        ++n_held_;
    }

    void remove(uint32_t entry) noexcept {
        const uint32_t owner = entries_[entry].client;
        const ClientId client = clients_[owner].id;
        ages_.remove(owner, entry);
        entry_chains_.remove(bucket(client, entries_[entry].key), entry);
        entry_chains_.push_back(free_list(), entry);
        set_weight(owner, clients_[owner].n_entries - 1);
        if (clients_[owner].n_entries == 0) {
            client_chains_.remove(bucket(client), owner);
            client_chains_.push_back(free_list(), owner);
        }
        --n_held_;
    }

    /// Clients without entries are in no list of weights.
    void set_weight(uint32_t client, uint32_t n_entries) noexcept {
        uint32_t& weight = clients_[client].n_entries;
        if (weight != 0) {
            weights_.remove(weight, client);
        }
        weight = n_entries;
        if (weight != 0) {
            weights_.push_back(weight, client);
        }
        heaviest_ = std::max(heaviest_, weight);
        // A weight changes by one, so this takes one step.
        while (heaviest_ != 0 && weights_.front(heaviest_) == kNoIndex) {
            --heaviest_;
        }
    }

    uint64_t seed_;
    uint32_t n_per_client_;
    size_t n_buckets_;
    uint32_t n_held_ = 0;
    uint32_t heaviest_ = 0;  ///< most entries any client holds
    std::vector<Entry> entries_;
    std::vector<Client> clients_;
    IndexLists entry_chains_;   ///< entries by hash; the last list holds the free ones
    IndexLists client_chains_;  ///< clients by hash; the last list holds the free ones
    IndexLists ages_;           ///< entries by client, oldest first
    IndexLists weights_;        ///< clients by number of entries
};

}  // namespace egret::names
