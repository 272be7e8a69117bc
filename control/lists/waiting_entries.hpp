// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/entry.hpp"

#include <string>
#include <tl/expected.hpp>
#include <vector>

/// New entries by consent (`new_entries = "hold"`; domain page A28: a publisher's new rules need a policy of
/// their own): what a new version adds waits until an operator accepts it. By addresses and names: a prefix
/// that grows waits with the part it grew by, and ports are the publisher's business.
namespace egret::control {

/// Most that may wait of one list; a version that adds more is refused.
inline constexpr size_t kMaxWaiting = 250'000;

/// What of `list` is not in `used`: the fewest prefixes, then names, both sorted, as text.
[[nodiscard]] std::vector<std::string> waiting_after(const List& used, const List& list);

/// Takes what waits out of a list's entries and puts it aside, into List::waiting.
void set_aside(const std::vector<std::string>& waiting, List& list);

/// Everything a list has put aside, as waiting_after gives it.
[[nodiscard]] std::vector<std::string> waiting_in(const List& list);

/// What still waits once these entries are accepted; all that waits if none is named. Error: one clause about
/// one that does not wait.
[[nodiscard]] tl::expected<std::vector<std::string>, std::string>
without_accepted(const std::vector<std::string>& waiting, const std::vector<std::string>& accepted);

}  // namespace egret::control
