// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace egret::names {

inline constexpr uint32_t kNoIndex = UINT32_MAX;

/// Doubly linked lists over the elements of an array that somebody else owns, by index.
///
/// Every element is in at most one list. Everything is constant time and allocates at construction only.
class IndexLists {
  public:
    IndexLists(size_t n_lists, size_t n_elements);

    /// First element of a list, kNoIndex if it is empty.
    [[nodiscard]] uint32_t front(size_t list) const noexcept { return ends_[list].first; }

    /// The element behind this one, kNoIndex at the end.
    [[nodiscard]] uint32_t after(uint32_t element) const noexcept { return links_[element].next; }

    /// @pre `element` is in no list.
    void push_back(size_t list, uint32_t element) noexcept;

    /// @pre `element` is in `list`.
    void remove(size_t list, uint32_t element) noexcept;

  private:
    struct Ends {
        uint32_t first = kNoIndex;
        uint32_t last = kNoIndex;
    };

    struct Links {
        uint32_t previous = kNoIndex;
        uint32_t next = kNoIndex;
    };

    std::vector<Ends> ends_;    ///< by list
    std::vector<Links> links_;  ///< by element
};

}  // namespace egret::names
