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

void check_refused(const std::string& text) {
    CHECK_TRUE_TEXT(find_hazard(text).has_value(), text.substr(0, 60).c_str());
}

void check_passed(const std::string& text) {
    CHECK_FALSE_TEXT(find_hazard(text).has_value(), text.substr(0, 60).c_str());
}

}  // namespace

TEST_GROUP(ConfigPrescan)
{};

TEST(ConfigPrescan, DeepBracketsBracesAndDottedKeys) {
    check_refused("a = " + repeated("[", 17));
    check_refused("a = " + repeated("{a = ", 17));
    check_refused(repeated("a.", 17) + "a = 1");
    check_refused("[" + repeated("a.", 17) + "a]");
    check_refused("a = [\n# ]\n" + repeated("[\n", 16));
    check_refused("a = { " + repeated("a.", 17) + "a = 1 }");
}

TEST(ConfigPrescan, WideIsNotDeep) {
    check_passed("a = [" + repeated("[1.5],", 1000) + "]");
    check_passed(repeated("a.b.c = 1.5\n", 1000));
    check_passed("a = " + repeated("[", 16) + repeated("]", 16));
}

TEST(ConfigPrescan, StringsAndCommentsHideBrackets) {
    const std::string many = repeated("[", 40);
    check_passed("a = \"" + many + "\"");
    check_passed("a = '" + many + "'");
    check_passed("a = \"\\\"" + many + "\"");
    check_passed("a = \"\"\"\n" + many + "\n\"\"\"");
    check_passed("a = '''\n'" + many + "\n'''");
    check_passed("a = 1 # " + many);
    check_passed("\"" + repeated("a.", 40) + "\" = 1");
}

TEST(ConfigPrescan, TheEndOfAStringIsWhereTheParserSeesIt) {
    const std::string many = repeated("[", 40);
    check_refused("a = [\"\", " + many);
    check_refused("a = [\"\"\"x\"\"\"\"\", " + many);
    check_refused("a = ['''x'''', " + many);
    check_refused("a = [\"\"\"\"\"\", " + many);
    check_refused("a = ['\\', " + many);
}

TEST(ConfigPrescan, OutsideOfStringsAndCommentsEverythingIsAscii) {
    check_lines(
        {"t.toml:2:10: not TOML: a character outside ASCII must be in a string or a comment"},
        findings_of("schema = 1\na = \"\u00e9\u00e9\" \u00e9 = 1")
    );
    check_passed("\ufeffa = \"\u00e9\"  # \u00e9");
    check_refused("\u00e9 = 1");
    check_refused("a = 1\n\ufeffb = 1");
}

TEST(ConfigPrescan, RefusesBeforeTheParserSeesIt) {
    check_lines(
        {"t.toml:1:34: nests deeper than 16 levels"},
        findings_of(repeated("a.", 100'000) + "a = 1")
    );
    check_lines(
        {"t.toml: larger than 16777216 bytes, which no configuration is"},
        findings_of(repeated("#", kMaxConfigBytes + 1))
    );
}
