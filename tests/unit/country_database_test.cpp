// SPDX-License-Identifier: Apache-2.0
#include "control/policy/country_database.hpp"

#include "control_fixture.hpp"
#include "mmdb_writer.hpp"

#include <egret/api/address.hpp>

#include <string>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

std::string good_database() {
    return country_database({
        {"192.0.2.0/24", "FR"},
        {"192.0.2.128/25", "DE"},
        {"198.51.100.0/24", ""},
        {"2001:db8:42::/48", "FR"},
    });
}

std::string country_in(const CountryDatabase& database, const char* address) {
    return database.look_up(api::parse_address(address).value()).country;
}

}  // namespace

TEST_GROUP(CountryDatabase)
{};

TEST(CountryDatabase, KnowsTheCountryOfAnAddress) {
    const TempFolder folder;
    const auto database = CountryDatabase::open(folder.write("c.mmdb", good_database())).value();
    STRCMP_EQUAL("FR", country_in(*database, "192.0.2.1").c_str());
    STRCMP_EQUAL("DE", country_in(*database, "192.0.2.200").c_str());
    STRCMP_EQUAL("", country_in(*database, "192.0.3.1").c_str());
    STRCMP_EQUAL("", country_in(*database, "198.51.100.1").c_str());
    STRCMP_EQUAL("FR", country_in(*database, "2001:db8:42::7").c_str());
    STRCMP_EQUAL("", country_in(*database, "2001:db8:43::7").c_str());
    STRCMP_EQUAL("", database->look_up(api::IpAddress{}).country.c_str());
}

TEST(CountryDatabase, SaysForWhichNetworkTheAnswerHolds) {
    const TempFolder folder;
    const auto database = CountryDatabase::open(folder.write("c.mmdb", good_database())).value();
    const auto length = [&](const char* address) {
        return database->look_up(api::parse_address(address).value()).network_length;
    };
    LONGS_EQUAL(25, length("192.0.2.1"));
    LONGS_EQUAL(24, length("198.51.100.1"));
    LONGS_EQUAL(48, length("2001:db8:42::1"));
}

TEST(CountryDatabase, RefusesWhatIsNone) {
    const TempFolder folder;
    for (const std::string& content :
         {std::string(), std::string("no database"), good_database().substr(0, 100)}) {
        const auto opened = CountryDatabase::open(folder.write("c.mmdb", content));
        CHECK_FALSE(opened.has_value());
        STRCMP_CONTAINS("is no usable country database", opened.error().c_str());
    }
    CHECK_FALSE(CountryDatabase::open(folder.path() / "missing").has_value());
}

TEST(CountryDatabase, RefusesATreeThatDoesNotFitTheFile) {
    const TempFolder folder;
    std::string bad = good_database();
    const size_t count = bad.rfind("node_count") + 10;  // then the control byte and four bytes
    for (const std::string_view nodes :
         {"\x20\x00\x00\x01", "\x00\x00\xff\xff", "\xff\xff\xff\xff"}) {
        bad.replace(count + 1, 4, std::string(nodes.data(), 4));
        const auto opened = CountryDatabase::open(folder.write("c.mmdb", bad));
        CHECK_FALSE(opened.has_value());
        STRCMP_CONTAINS("it is cut short", opened.error().c_str());
    }
}

TEST(CountryDatabase, SurvivesEveryDamagedByte) {
    const TempFolder folder;
    const std::string good = good_database();
    for (size_t i = 0; i < good.size(); i += 101) {
        std::string bad = good;
        bad[i] = static_cast<char>(~bad[i]);
        const auto opened = CountryDatabase::open(folder.write("c.mmdb", bad));
        if (opened) {
            for (const char* address : {"192.0.2.1", "198.51.100.1", "2001:db8:42::1", "ff::"}) {
                const std::string country = country_in(**opened, address);
                CHECK_TRUE(country.empty() || country.size() == 2);
            }
        }
    }
}
