// SPDX-License-Identifier: Apache-2.0
// Properties of the aggregation, on sets drawn from a fixed seed: all is covered, nothing else, no
// smaller list would do, and neither order nor repetition matter.
#include "control/locations/aggregate.hpp"

#include "control/config/range_set.hpp"

#include <algorithm>
#include <bitset>
#include <random>
#include <string>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;

namespace {

using api::Prefix;

std::vector<Prefix> prefixes(std::initializer_list<const char*> texts) {
    std::vector<Prefix> result;
    for (const char* text : texts) {
        result.push_back(api::parse_prefix(text).value());
    }
    return result;
}

std::string joined(const std::vector<Prefix>& list) {
    std::string text;
    for (const Prefix& prefix : list) {
        text += (text.empty() ? "" : " ") + api::to_text(prefix);
    }
    return text;
}

/// A set of addresses within 192.0.2.0/24, or the same of 2001:db8::/120.
using Addresses = std::bitset<256>;

Addresses addresses_of(const std::vector<Prefix>& list) {
    Addresses addresses;
    for (const Prefix& prefix : list) {
        const size_t last = prefix.address.size_bytes() - 1;
        const size_t count = size_t{1} << (prefix.address.bits() - prefix.length);
        for (size_t i = 0; i < count; ++i) {
            addresses.set(size_t{prefix.address.bytes[last]} + i);
        }
    }
    return addresses;
}

/// The fewest blocks of 2^k addresses, aligned, that make up exactly `addresses`.
size_t fewest(const Addresses& addresses, size_t first = 0, size_t size = 256) {
    size_t held = 0;
    for (size_t i = first; i < first + size; ++i) {
        held += addresses[i] ? size_t{1} : size_t{0};
    }
    if (held == 0 || held == size) {
        return held == 0 ? 0 : 1;
    }
    return fewest(addresses, first, size / 2) + fewest(addresses, first + size / 2, size / 2);
}

class Draw {
  public:
    explicit Draw(uint32_t seed)
        : random_(seed) {}

    std::vector<Prefix> some(const char* base, uint8_t shortest) {
        std::vector<Prefix> drawn;
        const size_t count = random_() % 40;
        for (size_t i = 0; i < count; ++i) {
            api::IpAddress address = api::parse_address(base).value();
            address.bytes[address.size_bytes() - 1] = static_cast<uint8_t>(random_());
            const auto length = static_cast<uint8_t>(shortest + random_() % 9);
            drawn.push_back(api::masked({address, length}));
        }
        return drawn;
    }

    void shuffle(std::vector<Prefix>& list) { std::ranges::shuffle(list, random_); }

  private:
    std::mt19937 random_;
};

}  // namespace

TEST_GROUP(Aggregate)
{};

TEST(Aggregate, JoinsHalvesAndSwallowsTheNested) {
    STRCMP_EQUAL(
        "192.0.2.0/24 2001:db8::/32",
        joined(aggregated(prefixes(
                   {"192.0.2.128/25",
                    "2001:db8:8000::/33",
                    "192.0.2.0/26",
                    "192.0.2.64/26",
                    "192.0.2.7",
                    "2001:db8::/33"}
               )))
            .c_str()
    );
    STRCMP_EQUAL(
        "192.0.2.128/25 192.0.3.0/25",
        joined(aggregated(prefixes({"192.0.2.128/25", "192.0.3.0/25"}))).c_str()
    );
    STRCMP_EQUAL("0.0.0.0/0", joined(aggregated(prefixes({"0.0.0.0/1", "128.0.0.0/1"}))).c_str());
    STRCMP_EQUAL("", joined(aggregated({})).c_str());
}

TEST(Aggregate, HoldsExactlyTheInputInTheFewestPrefixes) {
    for (uint32_t seed = 0; seed < 300; ++seed) {
        Draw draw(seed);
        std::vector<Prefix> input =
            seed % 2 == 0 ? draw.some("192.0.2.0", 24) : draw.some("2001:db8::", 120);
        const std::vector<Prefix> result = aggregated(input);
        CHECK_TRUE(addresses_of(result) == addresses_of(input));
        LONGS_EQUAL(fewest(addresses_of(input)), result.size());
        CHECK_TRUE(aggregated(result) == result);
        draw.shuffle(input);
        CHECK_TRUE(aggregated(input) == result);
        input.insert(input.end(), result.begin(), result.end());
        CHECK_TRUE(aggregated(input) == result);
    }
}

TEST(Aggregate, WidensUntilItFitsAndSaysByHowMuch) {
    for (uint32_t seed = 0; seed < 200; ++seed) {
        Draw draw(seed);
        const std::vector<Prefix> input = draw.some("192.0.2.0", 24);
        const size_t limit = 1 + seed % 5;
        const Widened result = widened(input, limit);
        CHECK_TRUE(result.prefixes.size() <= limit);
        const Addresses before = addresses_of(input);
        const Addresses after = addresses_of(result.prefixes);
        CHECK_TRUE((before & ~after).none());
        LONGS_EQUAL((after & ~before).count(), static_cast<size_t>(result.n_added_ipv4));
        if (aggregated(input).size() <= limit) {
            LONGS_EQUAL(0, static_cast<size_t>(result.n_added_ipv4));
        }
    }
}

TEST(Aggregate, WidensWhereItCostsLeast) {
    const Widened result = widened(
        prefixes({"192.0.2.0/32", "192.0.2.3/32", "198.51.100.0/32", "198.51.101.0/32"}),
        3
    );
    STRCMP_EQUAL("192.0.2.0/30 198.51.100.0/32 198.51.101.0/32", joined(result.prefixes).c_str());
    LONGS_EQUAL(2, static_cast<size_t>(result.n_added_ipv4));
}

TEST(Aggregate, NeverWidensToWhatIsNotTaken) {
    const Widened result = widened(prefixes({"1.0.0.0/16", "1.128.0.0/16", "2.0.0.0/16"}), 1);
    STRCMP_EQUAL("1.0.0.0/16 1.128.0.0/16 2.0.0.0/16", joined(result.prefixes).c_str());
}
