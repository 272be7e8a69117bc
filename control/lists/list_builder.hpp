// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/entry.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace egret::control {

/// Largest list file, and most entries of one list.
inline constexpr size_t kMaxListBytes = size_t{32} << 20;
inline constexpr size_t kMaxListEntries = 1'000'000;

/// Collects the entries of one list and remembers what is to be remarked on about it.
class ListBuilder {
  public:
    explicit ListBuilder(std::string name);

    /// The index of these ports in List::ports.
    [[nodiscard]] uint16_t intern(const EntryPorts& ports);

    /// Adds what `text` means: a prefix, with its host bits cleared, or nothing and false.
    [[nodiscard]] bool add_prefix(std::string_view text, uint16_t ports);
    void add_prefix(const api::Prefix& prefix, uint16_t ports);

    /// Adds a server name or pattern, or nothing and false.
    [[nodiscard]] bool add_domain(std::string_view text, uint16_t ports);

    [[nodiscard]] bool is_full() const noexcept {
        return list_.prefixes.size() + list_.domains.size() >= kMaxListEntries;
    }

    /// Prefixes whose host bits were cleared, and the first of them as written.
    [[nodiscard]] size_t n_host_bits() const noexcept { return n_host_bits_; }

    [[nodiscard]] const std::string& first_host_bits() const noexcept { return first_host_bits_; }

    [[nodiscard]] List take() { return std::move(list_); }

    [[nodiscard]] const List& list() const noexcept { return list_; }

  private:
    List list_;
    size_t n_host_bits_ = 0;
    std::string first_host_bits_;
};

}  // namespace egret::control
