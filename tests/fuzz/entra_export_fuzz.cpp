// SPDX-License-Identifier: Apache-2.0
// An exported sign-in log and a log of ours, split by a zero byte: whatever they hold, each sign-in either agrees or has a cause.
#include "control/reconcile/reconcile_view.hpp"
#include "fuzz_check.hpp"

#include <algorithm>
#include <set>

using namespace egret::control;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const size_t end = std::min(input.find('\0'), input.size());
    OwnSignIns own;
    add_own_records(input.substr(std::min(end + 1, size)), own);
    const auto entra = parse_entra_export(input.substr(0, end));
    if (!entra) {
        egret::test::require(!entra.error().empty());
        return 0;
    }
    const Reconciliation result = reconcile(*entra, own);
    std::set<const EntraSignIn*> differing;
    for (const Mismatch& mismatch : result.mismatches) {
        differing.insert(mismatch.sign_in);
        static_cast<void>(line_of(mismatch_json(mismatch)));
    }
    egret::test::require(result.n_agreeing + differing.size() == entra->sign_ins.size());
    static_cast<void>(reconciliation_view(result, *entra, own));
    return 0;
}
