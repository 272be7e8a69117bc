// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/reconcile/causes.hpp"
#include "control/reconcile/entra_export.hpp"
#include "control/reconcile/own_records.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// Holds an exported Entra sign-in log against our own records. Entra does not say which connection a sign-in came by, so the
/// two are joined by address and time: evidence, not proof.
namespace egret::control {

struct ReconcileOptions {
    /// How long before the sign-in its flow may have opened: clients keep connections.
    uint64_t before_ns = 3'600'000'000'000;
    /// How long after: clocks differ a little.
    uint64_t after_ns = 120'000'000'000;
};

struct Mismatch {
    Cause cause = Cause::elsewhere;
    const EntraSignIn* sign_in = nullptr;  ///< of the export
    const OwnSignIn* nearest = nullptr;    ///< the record it was held against; nullptr: none
    std::string detail;                    ///< the values that differ, for eyes; may be empty
};

struct Reconciliation {
    std::vector<Mismatch> mismatches;  ///< by time; a sign-in may have several
    size_t n_sign_ins = 0;
    size_t n_agreeing = 0;  ///< sign-ins without a mismatch
    size_t n_records = 0;
    size_t n_records_unseen = 0;  ///< of the export's time span, that no sign-in was joined with
};

/// The result refers to the two logs, which must outlive it.
[[nodiscard]] Reconciliation
reconcile(const EntraExport& entra, const OwnSignIns& own, const ReconcileOptions& options = {});

}  // namespace egret::control
