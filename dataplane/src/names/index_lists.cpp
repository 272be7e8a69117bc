// SPDX-License-Identifier: Apache-2.0
#include "names/index_lists.hpp"

namespace egret::names {

IndexLists::IndexLists(size_t n_lists, size_t n_elements)
    : ends_(n_lists),
      links_(n_elements) {}

void IndexLists::push_back(size_t list, uint32_t element) noexcept {
    Ends& ends = ends_[list];
    links_[element] = {ends.last, kNoIndex};
    (ends.last == kNoIndex ? ends.first : links_[ends.last].next) = element;
    ends.last = element;
}

void IndexLists::remove(size_t list, uint32_t element) noexcept {
    Ends& ends = ends_[list];
    const Links links = links_[element];
    (links.previous == kNoIndex ? ends.first : links_[links.previous].next) = links.next;
    (links.next == kNoIndex ? ends.last : links_[links.next].previous) = links.previous;
    links_[element] = {};
}

}  // namespace egret::names
