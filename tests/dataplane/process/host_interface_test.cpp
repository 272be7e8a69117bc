// SPDX-License-Identifier: Apache-2.0
#include "ports/host_interface.hpp"

#include <net/if.h>

#include <CppUTest/TestHarness.h>

using namespace egret;

TEST_GROUP(HostInterface)
{};

TEST(HostInterface, OneThatDoesNotExistIsNeitherUpNorDown) {
    constexpr unsigned kNone = 0x7fffffff;
    CHECK_FALSE(host_link_is_up(kNone).has_value());
    CHECK_TRUE(stop_merging_segments(kNone).empty());
}

TEST(HostInterface, OneThatExistsIsUpOrDown) {
    CHECK_TRUE(host_link_is_up(if_nametoindex("lo")).has_value());
}
