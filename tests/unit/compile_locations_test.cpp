// SPDX-License-Identifier: Apache-2.0
#include "control/locations/compile_locations.hpp"

#include "control/locations/csv.hpp"
#include "locations_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

FleetSite site(const char* name, std::initializer_list<const char*> texts) {
    FleetSite result{name, {}};
    for (const char* text : texts) {
        result.addresses.push_back(api::parse_prefix(text).value());
    }
    return result;
}

/// `count` sites with one address each, none beside another.
std::vector<FleetSite> scattered(size_t count) {
    std::vector<FleetSite> sites;
    for (size_t i = 0; i < count; ++i) {
        const std::string address =
            "20." + std::to_string(i / 100) + "." + std::to_string(i % 100) + ".1";
        sites.push_back(site(("s" + std::to_string(i)).c_str(), {address.c_str()}));
    }
    return sites;
}

std::string text_of(const CompiledLocations& compiled) {
    std::string text;
    for (const LocationSection& location : compiled.book.locations) {
        text += *location.name + (*location.trusted ? "!" : "") + ": ";
        location.ranges.each([&](const RangeAt& range) { text += api::to_text(range.prefix) + " "; }
        );
    }
    return text;
}

}  // namespace

TEST_GROUP(CompileLocations)
{};

TEST(CompileLocations, JoinsWhatIsTogetherAndNothingElse) {
    const auto compiled = compile_locations(
        {site("b", {"203.0.113.129", "203.0.113.128"}),
         site("a", {"203.0.113.128/25", "2001:db8::/48"})},
        {.is_trusted = true}
    );
    STRCMP_EQUAL("Egret sites!: 203.0.113.128/25 2001:db8::/48 ", text_of(*compiled).c_str());
    LONGS_EQUAL(4, compiled->n_before);
    LONGS_EQUAL(2, compiled->n_after);
}

TEST(CompileLocations, OneLocationPerSite) {
    const auto compiled = compile_locations(
        {site("nice", {"198.51.100.1"}),
         site("lyon", {"203.0.113.7"}),
         site("nice", {"198.51.100.0"})},
        {.is_per_site = true}
    );
    STRCMP_EQUAL("lyon: 203.0.113.7/32 nice: 198.51.100.0/31 ", text_of(*compiled).c_str());
    STRCMP_CONTAINS(
        "196 sites are more than the 195 locations",
        compile_locations(scattered(196), {.is_per_site = true}).error().c_str()
    );
}

TEST(CompileLocations, SplitsWhatOneLocationCannotHold) {
    const auto compiled = compile_locations(scattered(2001), {});
    LONGS_EQUAL(2, compiled->book.locations.size());
    STRCMP_EQUAL("Egret sites 1", compiled->book.locations[0].name->c_str());
    LONGS_EQUAL(2000, compiled->book.locations[0].ranges.size());
    LONGS_EQUAL(1, compiled->book.locations[1].ranges.size());
}

TEST(CompileLocations, WidensOnlyWhenAllowed) {
    const LocationPlan strict{.profile = LimitProfile::of_2018};
    LONGS_EQUAL(1200, compile_locations(scattered(1200), strict)->n_after);
    STRCMP_EQUAL(
        "\"Egret sites\" needs 1201 ranges and 1200 are taken: --allow-widening takes in addresses "
        "that no site has",
        compile_locations(scattered(1201), strict).error().c_str()
    );
    const LocationPlan wide{.profile = LimitProfile::of_2018, .may_widen = true};
    const auto compiled = compile_locations(scattered(1201), wide);
    CHECK_TRUE(compiled->n_after <= 1200);
    CHECK_TRUE(compiled->n_added_ipv4 > 0);
}

TEST(CompileLocations, RefusesWhatNobodyIsSeenFrom) {
    STRCMP_EQUAL(
        "site \"lyon\": 10.1.2.3/32 is private: only public ranges are taken",
        compile_locations({site("lyon", {"10.1.2.3"})}, {}).error().c_str()
    );
    STRCMP_EQUAL("no site has an egress address", compile_locations({}, {}).error().c_str());
}

TEST(CompileLocations, NeverMakesA8) {
    const auto compiled = compile_locations({site("a", {"20.0.0.0/9", "20.128.0.0/9"})}, {});
    STRCMP_EQUAL("Egret sites: 20.0.0.0/9 20.128.0.0/9 ", text_of(*compiled).c_str());
}

TEST(CompileLocations, SitesOfConfigurationsHaveAllTheirUplinks) {
    const Config branch = config_of(
        with(kBranch, "[tunnel]", "[egress.lte]\naddresses = [\"198.51.100.99\"]\n[tunnel]")
    );
    const auto sites = fleet_sites(branch);
    LONGS_EQUAL(1, sites.size());
    LONGS_EQUAL(2, sites[0].addresses.size());
    LONGS_EQUAL(1, fleet_sites(config_of(std::string(kEdge))).size());
}
