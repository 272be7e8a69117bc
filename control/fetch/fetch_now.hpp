// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/fetch/list_fetch.hpp"
#include "control/fetch/transfer.hpp"

namespace egret::control {

/// Downloads a list and waits for it: for a program that has nothing else to do. The daemon has
/// `list_keeper.hpp`.
[[nodiscard]] ListFetch::Outcome
fetch_now(ListFetch& fetch, const Transfer::OnProgress& on_progress);

}  // namespace egret::control
