// SPDX-License-Identifier: Apache-2.0
#include "control/reconcile/reconcile.hpp"

#include "control/reconcile/address_book.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <unordered_set>

namespace egret::control {
namespace {

constexpr uint64_t kSecondNs = 1'000'000'000;

std::string names_of(const std::vector<SeenLocation>& locations) {
    std::string text;
    for (const SeenLocation& location : locations) {
        text +=
            (text.empty() ? "" : ", ") + location.name + (location.is_trusted ? " (trusted)" : "");
    }
    return text.empty() ? "none" : text;
}

std::string distance_text(const EntraSignIn& sign_in, const OwnSignIn& record) {
    const bool is_earlier = record.time_ns < sign_in.time_ns;
    const uint64_t seconds =
        (is_earlier ? sign_in.time_ns - record.time_ns : record.time_ns - sign_in.time_ns) /
        kSecondNs;
    return fmt::format("nearest record {} s {}", seconds, is_earlier ? "earlier" : "later");
}

bool same_names(const std::vector<SeenLocation>& a, const std::vector<SeenLocation>& b) {
    return std::ranges::equal(a, b, {}, &SeenLocation::name, &SeenLocation::name);
}

class Reconciler {
  public:
    Reconciler(const EntraExport& entra, const OwnSignIns& own, const ReconcileOptions& options)
        : entra_(entra),
          own_(own),
          options_(options),
          book_(own.sign_ins) {}

    Reconciliation run() {
        for (const EntraSignIn& sign_in : entra_.sign_ins) {
            const size_t n_before = result_.mismatches.size();
            judge(sign_in);
            result_.n_agreeing += result_.mismatches.size() == n_before ? 1U : 0U;
        }
        result_.n_sign_ins = entra_.sign_ins.size();
        result_.n_records = own_.sign_ins.size();
        result_.n_records_unseen = count_unseen();
        return std::move(result_);
    }

  private:
    [[nodiscard]] uint64_t until_ns(const EntraSignIn& sign_in) const {
        return sign_in.time_ns + options_.after_ns;
    }

    [[nodiscard]] bool is_in_time(const EntraSignIn& sign_in, const OwnSignIn& record) const {
        return record.time_ns < sign_in.time_ns
                   ? sign_in.time_ns - record.time_ns <= options_.before_ns
                   : record.time_ns - sign_in.time_ns <= options_.after_ns;
    }

    void report(
        Cause cause,
        const EntraSignIn& sign_in,
        const OwnSignIn* nearest,
        std::string detail = {}
    ) {
        result_.mismatches.push_back({cause, &sign_in, nearest, std::move(detail)});
    }

    void judge(const EntraSignIn& sign_in) {
        const OwnSignIn* record = book_.latest(sign_in.ip, until_ns(sign_in));
        if (sign_in.is_through_gsa) {
            report(Cause::through_gsa, sign_in, record, api::to_text(sign_in.gsa_ip));
        } else if (record == nullptr || !is_in_time(sign_in, *record)) {
            judge_without_record(sign_in, record);
        } else {
            joined_.insert(record);
            judge_record(sign_in, *record);
        }
    }

    /// The address is none we presented, or not then.
    void judge_without_record(const EntraSignIn& sign_in, const OwnSignIn* record) {
        const OwnSignIn* outer = book_.latest_outer(sign_in.ip, until_ns(sign_in));
        if (record != nullptr) {
            report(Cause::no_record_in_time, sign_in, record, distance_text(sign_in, *record));
        } else if (outer != nullptr) {
            report(Cause::outer_address, sign_in, outer, distance_text(sign_in, *outer));
        } else if (const OwnSignIn* near = book_.neighbour(sign_in.ip, until_ns(sign_in))) {
            report(Cause::neighbouring_address, sign_in, near, "beside " + api::to_text(near->ip));
        } else if (!book_.has_family(sign_in.ip.family)) {
            report(Cause::family_not_carried, sign_in, nullptr);
        } else {
            report(Cause::elsewhere, sign_in, nullptr);
        }
    }

    /// Both saw the same address at about the same time.
    void judge_record(const EntraSignIn& sign_in, const OwnSignIn& record) {
        if (!record.is_restored) {
            report(Cause::not_restored, sign_in, &record);
        }
        judge_resource(sign_in, record);
        judge_locations(sign_in, record);
        const bool differs =
            (sign_in.policy_status == "success" && record.blocks) ||
            (sign_in.policy_status == "failure" && !record.blocks) ||
            (sign_in.policy_status == "notApplied" && (record.blocks || record.demands_controls));
        if (differs) {
            report(
                Cause::decision_differs,
                sign_in,
                &record,
                fmt::format(
                    "Entra: {}; by location: {}",
                    sign_in.policy_status,
                    record.blocks             ? "block"
                    : record.demands_controls ? "controls"
                                              : "nothing asked"
                )
            );
        }
    }

    void judge_resource(const EntraSignIn& sign_in, const OwnSignIn& record) {
        if (!sign_in.resource_ip.present() || sign_in.resource_ip == sign_in.ip) {
            return;
        }
        const std::string detail = "resource saw " + api::to_text(sign_in.resource_ip);
        if (sign_in.resource_ip.family != sign_in.ip.family) {
            report(Cause::resource_other_family, sign_in, &record, detail);
        } else if (book_.latest(sign_in.resource_ip, until_ns(sign_in)) != nullptr) {
            report(Cause::resource_other_site, sign_in, &record, detail);
        } else {
            report(Cause::resource_unrestored, sign_in, &record, detail);
        }
    }

    void judge_locations(const EntraSignIn& sign_in, const OwnSignIn& record) {
        if (!sign_in.has_locations || sign_in.locations == record.locations) {
            return;
        }
        const bool same = same_names(sign_in.locations, record.locations);
        report(
            same ? Cause::trust_differs : Cause::locations_differ,
            sign_in,
            &record,
            fmt::format(
                "Entra: {}; here: {}",
                names_of(sign_in.locations),
                names_of(record.locations)
            )
        );
    }

    /// Within the export's span only: what lies outside could not be in it.
    [[nodiscard]] size_t count_unseen() const {
        const uint64_t first_ns = entra_.sign_ins.empty() ? 0 : entra_.sign_ins.front().time_ns;
        const uint64_t last_ns = entra_.sign_ins.empty() ? 0 : entra_.sign_ins.back().time_ns;
        return static_cast<size_t>(std::ranges::count_if(
            own_.sign_ins,
            [&](const OwnSignIn& record) {
                return record.time_ns >= first_ns && record.time_ns <= last_ns &&
                       joined_.count(&record) == 0;
            }
        ));
    }

    const EntraExport& entra_;
    const OwnSignIns& own_;
    ReconcileOptions options_;
    AddressBook book_;
    std::unordered_set<const OwnSignIn*> joined_;
    Reconciliation result_;
};

}  // namespace

Reconciliation
reconcile(const EntraExport& entra, const OwnSignIns& own, const ReconcileOptions& options) {
    return Reconciler(entra, own, options).run();
}

}  // namespace egret::control
