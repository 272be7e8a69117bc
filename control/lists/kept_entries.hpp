// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/entry.hpp"
#include "control/lists/list_copy.hpp"

#include <cstdint>
#include <vector>

/// Additions at once, removals late: what a publisher takes out of a list may be in use for a while.
namespace egret::control {

/// What is to be kept once `after` takes the place of `before`: what was kept already and has not come
/// back, and what only `before` has, gone since `gone_ns`. What was gone for `keep_ns` by `now_ns` is
/// let go. Times in ns since 1970.
[[nodiscard]] std::vector<KeptEntry> kept_after(
    const std::vector<KeptEntry>& kept,
    const List& before,
    const List& after,
    uint64_t gone_ns
);

/// Takes away what was gone for `keep_ns` by `now_ns`; true if anything was.
bool let_go(std::vector<KeptEntry>& kept, uint64_t keep_ns, uint64_t now_ns);

/// Adds what is kept and still within its time to a list, as parts that say so ("set 56, removed
/// 2026-11-20").
void add_kept(const std::vector<KeptEntry>& kept, uint64_t keep_ns, uint64_t now_ns, List& list);

}  // namespace egret::control
