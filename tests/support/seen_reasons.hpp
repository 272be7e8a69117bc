// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/drop_reasons.hpp>

namespace egret::test {

/// Notes that a packet was dropped for `reason` during this run.
void note_reason(api::DropReason reason);

/// Prints the reasons no test of this run provoked, if any. Returns how many there are.
[[nodiscard]] int report_unseen_reasons();

}  // namespace egret::test
