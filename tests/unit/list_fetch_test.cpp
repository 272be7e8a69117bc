// SPDX-License-Identifier: Apache-2.0
// What is asked of whom, and in which order, to bring a list up to date; no sockets.
#include "control/fetch/list_fetch.hpp"

#include "control/fetch/backoff.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret::control;

namespace {

using Kind = ListFetch::Outcome::Kind;

ListSection section_of(ListFormat format, const std::string& source) {
    ListSection section;
    section.name = {"list", {1, 1}};
    section.format = {format, {1, 1}};
    section.source = {source, {1, 1}};
    section.is_remote = true;
    return section;
}

const char* const kService = "https://endpoints.office.com/endpoints/Worldwide";
const char* const kId = "b10c5ed1-bad1-445f-b386-b919946339a7";

ListSection service_section() {
    return section_of(ListFormat::m365, kService);
}

HttpResponse answer(long status, const std::string& body = "") {
    HttpResponse response;
    response.status = status;
    response.body = body;
    return response;
}

ListCopy copy_with(const std::string& version) {
    ListCopy copy;
    copy.hash = "00";
    copy.version = version;
    copy.seen_version = version;
    return copy;
}

void check_url(const std::string& expected, const ListFetch& fetch) {
    STRCMP_EQUAL(expected.c_str(), fetch.next().url.c_str());
}

}  // namespace

TEST_GROUP(ListFetch)
{};

TEST(ListFetch, AsksForAPlainListOnce) {
    ListFetch fetch(section_of(ListFormat::text, "https://lists.contoso.example/a"), {}, kId);
    check_url("https://lists.contoso.example/a", fetch);
    CHECK_TRUE(fetch.next().headers.empty());
    HttpResponse response = answer(200, "192.0.2.0/24\n");
    response.etag = "\"1\"";
    const auto outcome = fetch.take(response);
    CHECK_TRUE(outcome && outcome->kind == Kind::fetched);
    STRCMP_EQUAL("192.0.2.0/24\n", outcome->text.text.c_str());
    STRCMP_EQUAL("\"1\"", outcome->text.etag.c_str());
}

TEST(ListFetch, AsksWhetherItHasChanged) {
    ListCopy copy = copy_with("");
    copy.etag = "\"1\"";
    copy.last_modified = "Fri, 20 Nov 2026 08:00:00 GMT";
    const auto section = section_of(ListFormat::text, "https://lists.contoso.example/a");
    ListFetch fetch(section, copy, kId);
    const auto headers = fetch.next().headers;
    STRCMP_EQUAL("If-None-Match: \"1\"", headers.at(0).c_str());
    STRCMP_EQUAL("If-Modified-Since: Fri, 20 Nov 2026 08:00:00 GMT", headers.at(1).c_str());
    const auto outcome = fetch.take(answer(304));
    CHECK_TRUE(outcome && outcome->kind == Kind::unchanged);
    // Whoever has no copy has not asked, and takes no such answer.
    ListFetch without(section, {}, kId);
    CHECK_TRUE(without.take(answer(304))->kind == Kind::failed);
}

TEST(ListFetch, SignaturesLieBesideTheList) {
    auto section = section_of(ListFormat::text, "https://lists.contoso.example/a.txt?x=1");
    section.signed_by = {"key", {1, 1}};
    ListFetch fetch(section, {}, kId);
    CHECK_FALSE(fetch.take(answer(200, "192.0.2.0/24\n")).has_value());
    check_url("https://lists.contoso.example/a.txt.minisig?x=1", fetch);
    const auto outcome = fetch.take(answer(200, "signature"));
    STRCMP_EQUAL("signature", outcome->text.signature.c_str());
}

TEST(ListFetch, AMissingSignatureIsAFailure) {
    auto section = section_of(ListFormat::text, "https://lists.contoso.example/a.txt");
    section.signed_by = {"key", {1, 1}};
    ListFetch fetch(section, {}, kId);
    static_cast<void>(fetch.take(answer(200, "192.0.2.0/24\n")));
    const auto outcome = fetch.take(answer(404));
    CHECK_TRUE(outcome->kind == Kind::failed);
    STRCMP_EQUAL("its signature: the server answered 404", outcome->problem.c_str());
}

TEST(ListFetch, TheServiceIsAskedForItsVersionFirst) {
    ListFetch fetch(service_section(), copy_with("2026103100"), kId);
    check_url(
        std::string("https://endpoints.office.com/version/Worldwide?ClientRequestId=") + kId,
        fetch
    );
    const auto outcome =
        fetch.take(answer(200, R"({"instance":"Worldwide","latest":"2026103100"})"));
    CHECK_TRUE(outcome && outcome->kind == Kind::unchanged);
}

TEST(ListFetch, ANewVersionIsFetchedWithItsChanges) {
    ListFetch fetch(service_section(), copy_with("2026103100"), kId);
    CHECK_FALSE(fetch.take(answer(200, R"([{"instance":"Worldwide","latest":"2026113000"}])")));
    check_url(std::string(kService) + "?ClientRequestId=" + kId, fetch);
    CHECK_FALSE(fetch.take(answer(200, "[]")));
    check_url(
        std::string("https://endpoints.office.com/changes/Worldwide/2026103100?ClientRequestId=") +
            kId,
        fetch
    );
    const auto outcome = fetch.take(answer(
        200,
        R"([{"id": 1, "endpointSetId": 56, "disposition": "Change", "version": "2026113000",
             "add": {"effectiveDate": "20270101", "ips": ["192.0.2.0/24"], "urls": ["a.example"]}},
            {"id": 2, "disposition": "remove", "remove": {"ips": ["198.51.100.0/24"]}}, 7])"
    ));
    CHECK_TRUE(outcome && outcome->kind == Kind::fetched);
    STRCMP_EQUAL("2026113000", outcome->text.version.c_str());
    LONGS_EQUAL(2, outcome->text.coming.size());
    STRCMP_EQUAL("20270101", outcome->text.coming[0].date.c_str());
    // What is missing was taken out the day the version was published: 2026-11-30.
    CHECK_EQUAL(uint64_t{1'795'996'800} * 1'000'000'000, outcome->text.gone_ns);
}

TEST(ListFetch, TheChangesMayFail) {
    ListFetch fetch(service_section(), copy_with("2026103100"), kId);
    static_cast<void>(fetch.take(answer(200, R"({"latest":"2026113000"})")));
    static_cast<void>(fetch.take(answer(200, "[]")));
    CHECK_TRUE(fetch.take(answer(429))->kind == Kind::fetched);
}

TEST(ListFetch, VersionsAreTenDigitsComparedAsText) {
    struct Case {
        const char* latest;
        bool is_new;
    };

    for (const Case& one :
         {Case{"2026103100", false}, {"2026103001", false}, {"2026103101", true}}) {
        ListFetch fetch(service_section(), copy_with("2026103100"), kId);
        const auto outcome =
            fetch.take(answer(200, std::string(R"({"latest":")") + one.latest + "\"}"));
        CHECK_EQUAL_TEXT(one.is_new, !outcome.has_value(), one.latest);
    }
    for (const char* wrong : {"202610310", "20261031000", "2026-10-31", ""}) {
        ListFetch fetch(service_section(), copy_with("2026103100"), kId);
        const auto outcome = fetch.take(answer(200, std::string(R"({"latest":")") + wrong + "\"}"));
        STRCMP_EQUAL(
            "its version: the answer names no version of ten digits",
            outcome->problem.c_str()
        );
    }
}

TEST(ListFetch, AMirrorNeedNoVersions) {
    auto section =
        section_of(ListFormat::m365, "https://mirror.contoso.example/endpoints/Worldwide");
    ListFetch fetch(section, {}, kId);
    CHECK_FALSE(fetch.take(answer(404)));
    check_url("https://mirror.contoso.example/endpoints/Worldwide", fetch);
}

TEST(ListFetch, AddressesOfTheServiceKeepWhatTheyAskFor) {
    const auto service = M365Service::of(std::string(kService) + "?TenantName=contoso&NoIPv6=true");
    STRCMP_EQUAL(
        (std::string(kService) + "?TenantName=contoso&NoIPv6=true&ClientRequestId=" + kId).c_str(),
        service->endpoints_url(kId).c_str()
    );
    const auto own = M365Service::of(std::string(kService) + "?clientrequestid=x");
    STRCMP_EQUAL(
        (std::string(kService) + "?clientrequestid=x").c_str(),
        own->endpoints_url(kId).c_str()
    );
    for (const char* plain :
         {"https://a.example/m365.json",
          "https://a.example/endpoints/",
          "https://a.example/endpoints/a/b",
          "https://a.example/endpoints/a.json",
          "https://a.example"}) {
        CHECK_FALSE_TEXT(M365Service::of(plain).has_value(), plain);
    }
}

TEST(ListFetch, TooManyRequests) {
    ListFetch service(service_section(), {}, kId);
    static_cast<void>(service.take(answer(200, R"({"latest":"2026113000"})")));
    HttpResponse response = answer(429);
    response.retry_after_s = 5;
    auto outcome = service.take(response);
    // Microsoft's 429 means an hour.
    CHECK_EQUAL(3'600'000U, outcome->retry_after_ms);
    ListFetch plain(section_of(ListFormat::text, "https://lists.contoso.example/a"), {}, kId);
    outcome = plain.take(response);
    CHECK_EQUAL(5000U, outcome->retry_after_ms);
    STRCMP_EQUAL("the server answered 429: too many requests, wait 5 s", outcome->problem.c_str());
    response.retry_after_s = UINT64_MAX;
    CHECK_EQUAL(24U * 3'600'000U, plain.take(response)->retry_after_ms);
}

TEST_GROUP(Backoff)
{};

TEST(Backoff, DoublesUpToSixHoursAndTheRefresh) {
    auto random = egret::crypto::Random::system();
    constexpr uint64_t kDayMs = 24 * 3'600'000;
    uint64_t least = 60'000;
    for (uint32_t failures = 1; failures < 40; ++failures) {
        const uint64_t wait = next_retry_ms(failures, kDayMs, 0, random);
        CHECK_TRUE(wait >= least && wait <= least + least / 4);
        least = std::min<uint64_t>(least * 2, 6 * 3'600'000);
    }
    CHECK_TRUE(next_retry_ms(9, 1000, 0, random) <= 1250);
    CHECK_TRUE(next_retry_ms(1, kDayMs, 7'200'000, random) >= 7'200'000);
}

TEST(Backoff, RefreshesSpreadOverAFifth) {
    auto random = egret::crypto::Random::system();
    uint64_t least = UINT64_MAX;
    uint64_t most = 0;
    for (int i = 0; i < 1000; ++i) {
        const uint64_t wait = next_refresh_ms(100'000, random);
        least = std::min(least, wait);
        most = std::max(most, wait);
    }
    CHECK_TRUE(least >= 90'000 && least < 92'000);
    CHECK_TRUE(most <= 110'000 && most > 108'000);
}
