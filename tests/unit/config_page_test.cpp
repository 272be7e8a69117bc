// SPDX-License-Identifier: Apache-2.0
#include "control/config/config_page.hpp"

#include "control/config/read_file.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret::control;

TEST_GROUP(ConfigPage)
{};

TEST(ConfigPage, SaysWhatTheSchemaSays) {
    const auto page = read_file(EGRET_SOURCE_DIR "/control/CONFIG.md", 1 << 20);
    CHECK_TRUE(page.has_value());
    CHECK_TRUE_TEXT(*page == config_page(), "print it anew: config_page > control/CONFIG.md");
}
