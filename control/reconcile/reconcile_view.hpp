// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/reconcile/reconcile.hpp"
#include "control/records/json.hpp"

#include <string>

namespace egret::control {

/// One mismatch as JSON: `time`, `id`, `application`, `ip`, `resource_ip`, `site`, `record_time`, `server_name`, `cause`,
/// `detail`, `explanation`.
[[nodiscard]] Json mismatch_json(const Mismatch& mismatch);

/// `sign_ins`, `agreeing`, `mismatches`, `records`, `records_unseen`, `unusable_sign_ins`, `unusable_records`.
[[nodiscard]] Json
summary_json(const Reconciliation& result, const EntraExport& entra, const OwnSignIns& own);

/// A table of the mismatches, what each cause means and asks for, and the sums.
[[nodiscard]] std::string
reconciliation_view(const Reconciliation& result, const EntraExport& entra, const OwnSignIns& own);

}  // namespace egret::control
