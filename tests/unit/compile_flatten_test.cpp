// SPDX-License-Identifier: Apache-2.0
// Flattening and provenance against a model that looks at every prefix for every address.
#include "control/compile/flatten.hpp"
#include "control/compile/provenance.hpp"

#include <algorithm>
#include <random>
#include <set>

// The second needs the first.
// clang-format off
#include <CppUTest/TestHarness.h>
#include <CppUTest/MemoryLeakWarningPlugin.h>
// clang-format on

using namespace egret;
using namespace egret::control;

namespace {

/// Prefixes crowded into few bits, so that they nest, repeat and touch.
class Crowd {
  public:
    explicit Crowd(uint32_t seed)
        : random_(seed) {}

    uint32_t below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }

    api::IpAddress address() {
        api::IpAddress address;
        address.family = below(2) == 0 ? api::Family::ipv4 : api::Family::ipv6;
        address.bytes[0] = 0x20;
        address.bytes[1] = static_cast<uint8_t>(below(4));
        address.bytes[3] = static_cast<uint8_t>(below(256));
        if (address.family == api::Family::ipv6) {
            address.bytes[7] = static_cast<uint8_t>(below(4));
            address.bytes[15] = static_cast<uint8_t>(below(4));
        }
        return address;
    }

    api::Prefix prefix() {
        const api::IpAddress at = address();
        return api::masked({at, static_cast<uint8_t>(below(at.bits() + 1u))});
    }

  private:
    std::mt19937 random_;
};

Flattened::Set naive(
    const std::vector<AtomPrefix>& prefixes,
    const std::vector<GuardPrefix>& guards,
    const api::IpAddress& address
) {
    // The outermost guard that holds the address; of equal ones the first.
    const GuardPrefix* outermost = nullptr;
    for (const GuardPrefix& guard : guards) {
        if (api::contains(guard.prefix, address) &&
            (outermost == nullptr || guard.prefix.length < outermost->prefix.length)) {
            outermost = &guard;
        }
    }
    if (outermost != nullptr) {
        return {outermost->guard, {}};
    }
    std::set<AtomIndex> atoms;
    for (const AtomPrefix& one : prefixes) {
        if (api::contains(one.prefix, address)) {
            atoms.insert(one.atom);
        }
    }
    return {api::Guard::none, {atoms.begin(), atoms.end()}};
}

void check_same(const Flattened::Set& expected, const Flattened::Set& actual) {
    CHECK_TRUE(expected.guard == actual.guard);
    CHECK_TRUE(expected.atoms == actual.atoms);
}

/// True if as many hosts, each in an atom of its own, can be flattened.
bool numbers_sets(uint32_t count) {
    std::vector<AtomPrefix> prefixes;
    for (uint32_t i = 0; i < count; ++i) {
        const api::IpAddress address{
            api::Family::ipv4,
            {10, 0, static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i)}};
        prefixes.push_back({{address, 32}, i});
    }
    return flatten(prefixes, {}).has_value();
}

List list_of(const std::vector<api::Prefix>& prefixes) {
    List list;
    list.name = "l";
    list.ports.emplace_back();
    list.parts.emplace_back();
    for (const api::Prefix& prefix : prefixes) {
        list.prefixes.push_back({prefix, 0});
    }
    return list;
}

Config config_with_one_segment() {
    Config config;
    config.lists.emplace_back().name.value = "l";
    SegmentSection& segment = config.segments.emplace_back();
    segment.name.value = "s";
    segment.lists.push_back({"l", {}});
    return config;
}

}  // namespace

TEST_GROUP(CompileFlatten)
{};

TEST(CompileFlatten, AgreesWithLookingAtEveryPrefix) {
    for (uint32_t seed = 0; seed < 40; ++seed) {
        Crowd source(seed);
        std::vector<AtomPrefix> prefixes;
        for (uint32_t i = source.below(60); i > 0; --i) {
            prefixes.push_back({source.prefix(), source.below(5)});
        }
        std::vector<GuardPrefix> guards;
        for (uint32_t i = source.below(5); i > 0; --i) {
            guards.push_back(
                {source.prefix(),
                 source.below(2) == 0 ? api::Guard::loopback : api::Guard::multicast}
            );
        }
        const auto flat = flatten(prefixes, guards);
        const auto table = api::PrefixTable::build(flat->prefixes);
        for (int i = 0; i < 200; ++i) {
            const api::IpAddress address = source.address();
            check_same(naive(prefixes, guards, address), flat->sets[table.lookup(address)]);
        }
    }
}

TEST(CompileFlatten, PrefixesThatAddNothingAreLeftOut) {
    const auto flat = flatten(
        {
            {api::parse_prefix("10.0.0.0/8").value(), 0},
            {api::parse_prefix("10.1.0.0/16").value(), 0},
            {api::parse_prefix("10.1.0.0/16").value(), 0},
            {api::parse_prefix("10.2.0.0/16").value(), 1},
        },
        {}
    );
    LONGS_EQUAL(2, flat->prefixes.size());
    LONGS_EQUAL(3, flat->sets.size());
}

TEST(CompileFlatten, RefusesMoreSetsThanCanBeNumbered) {
    // The leak detector looks through all live allocations for each new one: too slow for so many.
    MemoryLeakWarningPlugin::saveAndDisableNewDeleteOverloads();
    CHECK_TRUE(numbers_sets(65'535));
    CHECK_FALSE(numbers_sets(65'536));
    MemoryLeakWarningPlugin::restoreNewDeleteOverloads();
}

TEST_GROUP(CompileProvenance)
{};

TEST(CompileProvenance, FindsTheLongestPrefix) {
    const Config config = config_with_one_segment();
    for (uint32_t seed = 0; seed < 40; ++seed) {
        Crowd source(seed);
        std::vector<api::Prefix> prefixes;
        for (uint32_t i = source.below(60); i > 0; --i) {
            prefixes.push_back(source.prefix());
        }
        const Provenance provenance(config, {list_of(prefixes)});
        for (int i = 0; i < 200; ++i) {
            const api::IpAddress address = source.address();
            const api::Prefix* longest = nullptr;
            for (const api::Prefix& prefix : prefixes) {
                if (api::contains(prefix, address) &&
                    (longest == nullptr || prefix.length > longest->length)) {
                    longest = &prefix;
                }
            }
            const auto found = provenance.find(0, {address, 6, 443});
            CHECK_EQUAL(longest != nullptr, found.has_value());
            if (longest != nullptr) {
                STRCMP_EQUAL(api::to_text(*longest).c_str(), found->entry.c_str());
            }
        }
    }
}
