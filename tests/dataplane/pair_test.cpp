// SPDX-License-Identifier: Apache-2.0
#include "node_pair.hpp"
#include "packets.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret::test;  // NOLINT(google-build-using-namespace)

TEST_GROUP(Pair)
{};

TEST(Pair, ConnectsAndCarries) {
    NodePair pair;
    pair.connect();
    const auto found = read_frame(only(pair.from_clients({client_frame()})));
    STRCMP_EQUAL("203.0.113.7", found.source.c_str());
    UNSIGNED_LONGS_EQUAL(40000, found.source_port);
    const auto back = read_frame(only(pair.from_services({service_frame()})));
    STRCMP_EQUAL("10.42.0.5", back.destination.c_str());
}
