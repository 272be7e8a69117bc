// SPDX-License-Identifier: Apache-2.0
#include "control/config/prescan.hpp"
#include "control_fixture.hpp"

#include <string>

#include <CppUTest/TestHarness.h>

using namespace egret::control;
using namespace egret::test;

namespace {

std::string repeated(std::string_view what, size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i) {
        text += what;
    }
    return text;
}

void check_deep(const std::string& text) {
    CHECK_TRUE_TEXT(find_deep_nesting(text).has_value(), text.substr(0, 60).c_str());
}

void check_shallow(const std::string& text) {
    CHECK_FALSE_TEXT(find_deep_nesting(text).has_value(), text.substr(0, 60).c_str());
}

}  // namespace

TEST_GROUP(ConfigPrescan)
{};

TEST(ConfigPrescan, DeepBracketsBracesAndDottedKeys) {
    check_deep("a = " + repeated("[", 17));
    check_deep("a = " + repeated("{a = ", 17));
    check_deep(repeated("a.", 17) + "a = 1");
    check_deep("[" + repeated("a.", 17) + "a]");
    check_deep("a = [\n# ]\n" + repeated("[\n", 16));
    check_deep("a = { " + repeated("a.", 17) + "a = 1 }");
}

TEST(ConfigPrescan, WideIsNotDeep) {
    check_shallow("a = [" + repeated("[1.5],", 1000) + "]");
    check_shallow(repeated("a.b.c = 1.5\n", 1000));
    check_shallow("a = " + repeated("[", 16) + repeated("]", 16));
}

TEST(ConfigPrescan, StringsAndCommentsHideBrackets) {
    const std::string many = repeated("[", 40);
    check_shallow("a = \"" + many + "\"");
    check_shallow("a = '" + many + "'");
    check_shallow("a = \"\\\"" + many + "\"");
    check_shallow("a = \"\"\"\n" + many + "\n\"\"\"");
    check_shallow("a = '''\n'" + many + "\n'''");
    check_shallow("a = 1 # " + many);
    check_shallow("\"" + repeated("a.", 40) + "\" = 1");
}

TEST(ConfigPrescan, TheEndOfAStringIsWhereTheParserSeesIt) {
    const std::string many = repeated("[", 40);
    check_deep("a = [\"\", " + many);
    check_deep("a = [\"\"\"x\"\"\"\"\", " + many);
    check_deep("a = ['''x'''', " + many);
    check_deep("a = [\"\"\"\"\"\", " + many);
    check_deep("a = ['\\', " + many);
}

TEST(ConfigPrescan, RefusesBeforeTheParserSeesIt) {
    check_lines(
        {"t.toml:1:34: nests deeper than 16 levels"},
        findings_of(repeated("a.", 100'000) + "a = 1")
    );
    check_lines(
        {"t.toml: larger than 4194304 bytes, which no configuration is"},
        findings_of(repeated("#", kMaxConfigBytes + 1))
    );
}
