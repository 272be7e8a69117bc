// SPDX-License-Identifier: Apache-2.0
#include "control/reconcile/reconcile_view.hpp"

#include "control/operator/quantities.hpp"
#include "control/operator/text_table.hpp"

#include <fmt/format.h>
#include <set>

namespace egret::control {
namespace {

std::string site_of(const Mismatch& mismatch) {
    return mismatch.nearest == nullptr ? std::string() : mismatch.nearest->site;
}

/// "2026-11-20 08:15:30".
std::string second_text(uint64_t ns) {
    std::string text = time_text(ns).substr(0, sizeof("2026-11-20T08:15:30") - 1);
    text[text.find('T')] = ' ';
    return text;
}

std::string unusable_text(size_t n, const char* what) {
    return n == 0 ? std::string() : fmt::format("{} {} could not be read\n", n, what);
}

}  // namespace

Json mismatch_json(const Mismatch& mismatch) {
    const EntraSignIn& sign_in = *mismatch.sign_in;
    const CauseText& text = text_of(mismatch.cause);
    const OwnSignIn* record = mismatch.nearest;
    return Json{
        {"time", time_text(sign_in.time_ns)},
        {"id", text_json(sign_in.id)},
        {"application", text_json(sign_in.application)},
        {"ip", address_json(sign_in.ip)},
        {"resource_ip", address_json(sign_in.resource_ip)},
        {"site", text_json(site_of(mismatch))},
        {"record_time", record == nullptr ? Json(nullptr) : Json(time_text(record->time_ns))},
        {"server_name", record == nullptr ? Json(nullptr) : text_json(record->server_name)},
        {"cause", text.name},
        {"detail", text_json(mismatch.detail)},
        {"explanation", text.sentence},
    };
}

Json summary_json(const Reconciliation& result, const EntraExport& entra, const OwnSignIns& own) {
    return Json{
        {"sign_ins", result.n_sign_ins},
        {"agreeing", result.n_agreeing},
        {"mismatches", result.mismatches.size()},
        {"records", result.n_records},
        {"records_unseen", result.n_records_unseen},
        {"unusable_sign_ins", entra.n_unusable},
        {"unusable_records", own.n_unusable},
    };
}

std::string
reconciliation_view(const Reconciliation& result, const EntraExport& entra, const OwnSignIns& own) {
    using Column = TextTable::Column;
    TextTable table({
        {"time (UTC)", Column::exact},
        {"application"},
        {"Entra saw", Column::exact},
        {"site"},
        {"likely cause", Column::exact},
        {"detail", Column::exact},
    });
    std::set<Cause> causes;
    for (const Mismatch& mismatch : result.mismatches) {
        causes.insert(mismatch.cause);
        table.add({
            second_text(mismatch.sign_in->time_ns),
            plain_text(mismatch.sign_in->application),
            api::to_text(mismatch.sign_in->ip),
            plain_text(site_of(mismatch)),
            std::string(text_of(mismatch.cause).name),
            plain_text(mismatch.detail),
        });
    }
    std::string text = result.mismatches.empty() ? std::string() : table.to_text() + "\n";
    for (const Cause cause : causes) {
        text += fmt::format("{}: {}\n", text_of(cause).name, text_of(cause).sentence);
    }
    text += fmt::format(
        "{}{} sign-ins, {} agree, {} mismatches; {} records, {} of them in that time without a "
        "sign-in (connections without one, "
        "or sign-ins the export leaves out, such as non-interactive ones)\n",
        causes.empty() ? "" : "\n",
        result.n_sign_ins,
        result.n_agreeing,
        result.mismatches.size(),
        result.n_records,
        result.n_records_unseen
    );
    return text + unusable_text(entra.n_unusable, "entries of the export") +
           unusable_text(own.n_unusable, "lines of the records");
}

}  // namespace egret::control
