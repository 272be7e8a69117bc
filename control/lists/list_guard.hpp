// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/entry.hpp"

#include <string>

namespace egret::control {

/// Why a list that somebody else writes must not be believed (design section 8): a prefix shorter
/// than /8 (IPv4) or /19 (IPv6), or more than a sixteenth of IPv4 in all. Empty if it may.
///
/// It holds for every list read from a file, downloaded or not: the file is somebody's download.
/// Entries written in the configuration itself are the operator's own word and may be any size.
[[nodiscard]] std::string guard_complaint(const List& list);

}  // namespace egret::control
