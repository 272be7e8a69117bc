// SPDX-License-Identifier: Apache-2.0
// An exported Entra sign-in log against our own records: every cause, and what must not be one.
#include "control/reconcile/reconcile_view.hpp"
#include "control/records/time.hpp"

#include <string>

#include <CppUTest/TestHarness.h>

using namespace egret::control;

namespace {

using Members = nlohmann::ordered_json;

/// Our record of a sign-in from Lyon at 08:00:00, with `changes` in the place of its members.
Members record(const Members& changes = Members::object()) {
    Members record{
        {"time", "2026-11-20T08:00:00.000000000Z"},
        {"site", "contoso-lyon"},
        {"serverName", "login.microsoftonline.com"},
        {"ipAddress", "203.0.113.7"},
        {"originAddress", "203.0.113.7"},
        {"outerAddress", "192.0.2.33"},
        {"signaling", true},
        {"present", "origin"},
        {"networkLocationDetails",
         {{{"networkType", "trustedNamedLocation"}, {"networkNames", {"Lyon office"}}}}},
        {"conditionalAccess", {{"outcome", Members::array()}}},
    };
    record.update(changes);
    return record;
}

/// Entra's entry of the same sign-in, a second later.
Members entry(const Members& changes = Members::object()) {
    Members entry{
        {"id", "66ea54eb-6301-4ee5-be62-ff5a759b0100"},
        {"createdDateTime", "2026-11-20T08:00:01Z"},
        {"appDisplayName", "Office 365"},
        {"ipAddress", "203.0.113.7"},
        {"ipAddressFromResourceProvider", nullptr},
        {"conditionalAccessStatus", "success"},
        {"networkLocationDetails",
         {{{"networkType", "trustedNamedLocation"}, {"networkNames", {"Lyon office"}}},
          {{"networkType", "namedNetwork"}, {"networkNames", {"Lyon office"}}}}},
    };
    entry.update(changes);
    return entry;
}

struct Logs {
    EntraExport entra;
    OwnSignIns own;

    Logs(const Members& entries, const Members& records) {
        auto parsed = parse_entra_export(entries.dump());
        CHECK_TRUE_TEXT(parsed.has_value(), "the export");
        entra = std::move(*parsed);
        std::string lines;
        for (const Members& line : records) {
            lines += line.dump() + "\n";
        }
        add_own_records(lines, own);
    }
};

/// The names of the causes found, with spaces between.
std::string causes(const Members& entries, const Members& records = Members::array({record()})) {
    const Logs logs(entries, records);
    std::string names;
    for (const Mismatch& mismatch : reconcile(logs.entra, logs.own).mismatches) {
        names += (names.empty() ? "" : " ") + std::string(text_of(mismatch.cause).name);
    }
    return names;
}

std::string cause_of(const Members& changes) {
    return causes(Members::array({entry(changes)}));
}

}  // namespace

TEST_GROUP(Reconcile)
{};

TEST(Reconcile, WhatAgreesIsNoMismatch) {
    const Logs logs(Members::array({entry()}), Members::array({record()}));
    const Reconciliation result = reconcile(logs.entra, logs.own);
    LONGS_EQUAL(0, result.mismatches.size());
    LONGS_EQUAL(1, result.n_agreeing);
    LONGS_EQUAL(0, result.n_records_unseen);
}

TEST(Reconcile, TheResourceSeenUnderTheSameAddressAgrees) {
    STRCMP_EQUAL("", cause_of({{"ipAddressFromResourceProvider", "203.0.113.7"}}).c_str());
    STRCMP_EQUAL("", cause_of({{"ipAddress", "::ffff:203.0.113.7"}}).c_str());
}

TEST(Reconcile, AConnectionMayBeOlderThanTheSignIn) {
    STRCMP_EQUAL("", cause_of({{"createdDateTime", "2026-11-20T09:00:00Z"}}).c_str());
    STRCMP_EQUAL(
        "no_record_in_time",
        cause_of({{"createdDateTime", "2026-11-20T09:00:01Z"}}).c_str()
    );
    STRCMP_EQUAL("", cause_of({{"createdDateTime", "2026-11-20T07:58:00Z"}}).c_str());
    STRCMP_EQUAL(
        "no_record_in_time",
        cause_of({{"createdDateTime", "2026-11-20T07:57:59Z"}}).c_str()
    );
}

TEST(Reconcile, ALaterRecordDoesNotHideAnEarlierOne) {
    const Members records =
        Members::array({record(), record({{"time", "2026-11-20T08:10:00.000000000Z"}})});
    STRCMP_EQUAL(
        "",
        causes(Members::array({entry({{"createdDateTime", "2026-11-20T08:07:00Z"}})}), records)
            .c_str()
    );
}

TEST(Reconcile, EveryCauseIsNamed) {
    STRCMP_EQUAL("through_gsa", cause_of({{"isThroughGlobalSecureAccess", true}}).c_str());
    STRCMP_EQUAL("outer_address", cause_of({{"ipAddress", "192.0.2.33"}}).c_str());
    STRCMP_EQUAL("neighbouring_address", cause_of({{"ipAddress", "203.0.113.8"}}).c_str());
    STRCMP_EQUAL("elsewhere", cause_of({{"ipAddress", "198.51.100.99"}}).c_str());
    STRCMP_EQUAL("family_not_carried", cause_of({{"ipAddress", "2001:db8:42::1"}}).c_str());
    STRCMP_EQUAL(
        "resource_other_family",
        cause_of({{"ipAddressFromResourceProvider", "2001:db8:42::1"}}).c_str()
    );
    STRCMP_EQUAL(
        "resource_unrestored",
        cause_of({{"ipAddressFromResourceProvider", "198.51.100.99"}}).c_str()
    );
    STRCMP_EQUAL(
        "locations_differ",
        cause_of({{"networkLocationDetails", Members::array()}}).c_str()
    );
    STRCMP_EQUAL(
        "trust_differs",
        cause_of({{"networkLocationDetails",
                   {{{"networkType", "namedNetwork"}, {"networkNames", {"Lyon office"}}}}}}
        ).c_str()
    );
    STRCMP_EQUAL("decision_differs", cause_of({{"conditionalAccessStatus", "failure"}}).c_str());
}

TEST(Reconcile, ARecordOfTheEdgesOwnAddressIsNoRestoration) {
    for (const Members& changes : {Members{{"present", "edge"}}, Members{{"signaling", false}}}) {
        STRCMP_EQUAL(
            "not_restored",
            causes(Members::array({entry()}), Members::array({record(changes)})).c_str()
        );
    }
}

TEST(Reconcile, AResourceBehindAnotherOfOurAddressesIsOfAnotherSite) {
    const Members other =
        record({{"ipAddress", "198.51.100.7"}, {"originAddress", "198.51.100.7"}});
    STRCMP_EQUAL(
        "resource_other_site",
        causes(
            Members::array({entry({{"ipAddressFromResourceProvider", "198.51.100.7"}})}),
            Members::array({record(), other})
        )
            .c_str()
    );
}

TEST(Reconcile, EntrasDecisionIsHeldAgainstOurs) {
    const Members blocks = record({{"conditionalAccess", {{"outcome", "block"}}}});
    const Members asks = record({{"conditionalAccess", {{"outcome", {"mfa"}}}}});

    struct Case {
        const char* status;
        const Members& record;
        const char* cause;
    };

    for (const Case& c : {
             Case{"success", blocks, "decision_differs"},
             Case{"failure", blocks, ""},
             Case{"notApplied", blocks, "decision_differs"},
             Case{"notApplied", asks, "decision_differs"},
             Case{"success", asks, ""},
         }) {
        STRCMP_EQUAL(
            c.cause,
            causes(
                Members::array({entry({{"conditionalAccessStatus", c.status}})}),
                Members::array({c.record})
            )
                .c_str()
        );
    }
}

TEST(Reconcile, ASignInMayDifferInSeveralWays) {
    STRCMP_EQUAL(
        "resource_other_family locations_differ decision_differs",
        cause_of({{"ipAddressFromResourceProvider", "2001:db8:42::1"},
                  {"networkLocationDetails", Members::array()},
                  {"conditionalAccessStatus", "failure"}}
        ).c_str()
    );
}

TEST(Reconcile, RecordsNoSignInBelongsToAreCountedWithinTheExport) {
    const Logs logs(
        Members::array({entry(), entry({{"createdDateTime", "2026-11-20T10:00:00Z"}})}),
        Members::array({
            record(),
            record({{"time", "2026-11-20T09:30:00Z"}}),
            record({{"time", "2026-11-20T09:00:00Z"}, {"ipAddress", "198.51.100.7"}}),
            record({{"time", "2026-11-20T11:00:00Z"}, {"ipAddress", "198.51.100.7"}}),
        })
    );
    LONGS_EQUAL(1, reconcile(logs.entra, logs.own).n_records_unseen);
}

TEST(Reconcile, TheTableSaysWhatEachCauseMeansOnce) {
    const Logs logs(
        Members::array(
            {entry({{"ipAddress", "198.51.100.99"}}), entry({{"ipAddress", "198.51.100.98"}})}
        ),
        Members::array({record()})
    );
    const std::string view =
        reconciliation_view(reconcile(logs.entra, logs.own), logs.entra, logs.own);
    STRCMP_CONTAINS("2026-11-20 08:00:01", view.c_str());
    STRCMP_CONTAINS("elsewhere: No site of these records has this address", view.c_str());
    STRCMP_CONTAINS("2 sign-ins, 0 agree, 2 mismatches; 1 records", view.c_str());
    CHECK_TRUE(view.find("elsewhere: ") == view.rfind("elsewhere: "));
}

TEST(Reconcile, EveryCauseHasItsText) {
    for (int i = 0; i <= static_cast<int>(Cause::decision_differs); ++i) {
        LONGS_EQUAL(i, static_cast<int>(text_of(static_cast<Cause>(i)).cause));
        CHECK_FALSE(text_of(static_cast<Cause>(i)).sentence.empty());
    }
}
