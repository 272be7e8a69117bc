// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/entry.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace egret::control {

/// Most entries of one list, and most combinations of ports and most parts they may be divided into.
inline constexpr size_t kMaxListEntries = 1'000'000;
inline constexpr size_t kMaxListKinds = 65'000;

/// What entries of one part of a list have in common: indexes of List::ports and List::parts.
struct EntryKind {
    uint16_t ports = 0;
    uint16_t part = 0;
};

/// Collects the entries of one list and remembers what is to be remarked on about it.
class ListBuilder {
  public:
    explicit ListBuilder(std::string name);

    /// The index of these ports in List::ports; any, once the list is full.
    [[nodiscard]] uint16_t intern(const EntryPorts& ports);

    /// The index of this part in List::parts; any, once the list is full.
    [[nodiscard]] uint16_t intern_part(const std::string& part);

    /// Adds what `text` means: a prefix, with its host bits cleared, or nothing and false.
    [[nodiscard]] bool add_prefix(std::string_view text, EntryKind kind);
    void add_prefix(const api::Prefix& prefix, EntryKind kind);

    /// Adds a server name or pattern, or nothing and false.
    [[nodiscard]] bool add_domain(std::string_view text, EntryKind kind);

    void set_version(std::string version) { list_.origin.version = std::move(version); }

    [[nodiscard]] bool is_full() const noexcept {
        return list_.prefixes.size() + list_.domains.size() >= kMaxListEntries ||
               list_.ports.size() >= kMaxListKinds || list_.parts.size() >= kMaxListKinds;
    }

    /// One sentence for a list that is full; empty for another.
    [[nodiscard]] std::string full_complaint() const;

    /// Prefixes whose host bits were cleared, and the first of them as written.
    [[nodiscard]] size_t n_host_bits() const noexcept { return n_host_bits_; }

    [[nodiscard]] const std::string& first_host_bits() const noexcept { return first_host_bits_; }

    [[nodiscard]] List take() { return std::move(list_); }

    [[nodiscard]] const List& list() const noexcept { return list_; }

  private:
    List list_;
    std::map<EntryPorts, uint16_t> port_indexes_;
    std::unordered_map<std::string, uint16_t> part_indexes_;
    size_t n_host_bits_ = 0;
    std::string first_host_bits_;
};

}  // namespace egret::control
