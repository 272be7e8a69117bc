// SPDX-License-Identifier: Apache-2.0
// The forms in which Entra's sign-in log is exported (domain page 2.2).
#include "control/reconcile/entra_export.hpp"

#include "control/reconcile/own_records.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;

namespace {

constexpr std::string_view kGraph =
    R"({"id": "a", "createdDateTime": "2026-11-20T08:00:01Z", "ipAddress": "203.0.113.7", )"
    R"("ipAddressFromResourceProvider": "2001:db8::7", "globalSecureAccessIpAddress": "198.51.100.1", )"
    R"("isThroughGlobalSecureAccess": true, "appDisplayName": "Office 365", )"
    R"("networkLocationDetails": [{"networkType": "namedNetwork", "networkNames": ["Lyon", "Lyon"]}]})";

constexpr std::string_view kLogAnalytics =
    R"({"Id": "a", "TimeGenerated": "2026-11-20T08:00:01Z", "IPAddress": "203.0.113.7", )"
    R"("IPAddressFromResourceProvider": "2001:db8::7", "GlobalSecureAccessIpAddress": "198.51.100.1", )"
    R"("IsThroughGlobalSecureAccess": "true", "AppDisplayName": "Office 365", )"
    R"("NetworkLocationDetails": "[{\"networkType\": \"namedNetwork\", \"networkNames\": [\"Lyon\"]}]"})";

std::string compact(std::string_view object) {
    return std::string(object);
}

void check_one(const std::string& text) {
    const auto parsed = parse_entra_export(text);
    CHECK_TRUE_TEXT(parsed.has_value(), text.c_str());
    LONGS_EQUAL(1, parsed->sign_ins.size());
    const EntraSignIn& sign_in = parsed->sign_ins[0];
    STRCMP_EQUAL("a", sign_in.id.c_str());
    STRCMP_EQUAL("Office 365", sign_in.application.c_str());
    STRCMP_EQUAL("203.0.113.7", api::to_text(sign_in.ip).c_str());
    STRCMP_EQUAL("2001:db8::7", api::to_text(sign_in.resource_ip).c_str());
    STRCMP_EQUAL("198.51.100.1", api::to_text(sign_in.gsa_ip).c_str());
    CHECK_TRUE(sign_in.is_through_gsa);
    CHECK_TRUE(sign_in.has_locations);
    LONGS_EQUAL(1, sign_in.locations.size());
    STRCMP_EQUAL("Lyon", sign_in.locations[0].name.c_str());
    CHECK_FALSE(sign_in.locations[0].is_trusted);
}

std::string refusal_of(std::string_view text) {
    const auto parsed = parse_entra_export(text);
    return parsed ? "read" : parsed.error();
}

}  // namespace

TEST_GROUP(EntraExports)
{};

TEST(EntraExports, EveryFormIsRead) {
    for (const std::string_view object : {kGraph, kLogAnalytics}) {
        const std::string one = compact(object);
        check_one("[" + one + "]");
        check_one("\xEF\xBB\xBF[" + one + "]\r\n");
        check_one(R"({"@odata.context": "x", "value": [)" + one + "]}");
        check_one(R"({"records": [{"time": "x", "properties": )" + one + "}]}");
        check_one(one + "\n\n");
        check_one(R"({"category": "SignInLogs", "properties": )" + one + "}\r\n");
    }
}

TEST(EntraExports, AreOrderedByTime) {
    const auto parsed = parse_entra_export(
        R"([{"createdDateTime": "2026-11-20T09:00:00Z", "ipAddress": "203.0.113.7"},)"
        R"({"createdDateTime": "2026-11-20T08:00:00Z", "ipAddress": "203.0.113.8"}])"
    );
    STRCMP_EQUAL("203.0.113.8", api::to_text(parsed->sign_ins.at(0).ip).c_str());
}

TEST(EntraExports, WhatHasNoTimeOrAddressIsCounted) {
    const auto parsed = parse_entra_export(
        R"([{"createdDateTime": "2026-11-20T09:00:00Z", "ipAddress": "203.0.113.7"}, 3, null, {},)"
        R"({"createdDateTime": "soon", "ipAddress": "203.0.113.7"},)"
        R"({"createdDateTime": "2026-11-20T09:00:00Z", "ipAddress": 7}])"
    );
    LONGS_EQUAL(1, parsed->sign_ins.size());
    LONGS_EQUAL(5, parsed->n_unusable);
}

TEST(EntraExports, WhatIsNoExportIsRefusedInOneLine) {
    STRCMP_CONTAINS("line 1 is no JSON object", refusal_of("time,ip\n").c_str());
    STRCMP_CONTAINS("line 2 is no JSON object", refusal_of(std::string(kGraph) + "\n[]\n").c_str());
    STRCMP_CONTAINS("holds no sign-in", refusal_of("").c_str());
    STRCMP_CONTAINS("holds no sign-in", refusal_of("[]").c_str());
    STRCMP_CONTAINS("no JSON object", refusal_of(std::string(100'000, '[')).c_str());
}

TEST(EntraExports, OwnRecordsACutHasEndedAreCounted) {
    OwnSignIns own;
    add_own_records(
        R"({"time": "2026-11-20T08:00:00Z", "ipAddress": "203.0.113.7"})"
        "\n{\"time\": \"2026-11",
        own
    );
    LONGS_EQUAL(1, own.sign_ins.size());
    LONGS_EQUAL(1, own.n_unusable);
}
