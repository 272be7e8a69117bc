// SPDX-License-Identifier: Apache-2.0
// The examples of contract section 2, taken from the page itself.
#include "control/config/choices.hpp"
#include "control/config/schema.hpp"
#include "control_fixture.hpp"

#include <regex>
#include <sstream>

#include <CppUTest/TestHarness.h>

using namespace egret::control;
using namespace egret::test;

namespace {

/// The fenced TOML blocks of the contract: the branch's, then the edge's. Empty if the page is not
/// there, which a developer's run skips.
std::vector<std::string> contract_examples() {
    const auto page = shared_text("contract.md");
    std::vector<std::string> blocks;
    const std::string fence = "```toml\n";
    for (size_t at = page ? page->find(fence) : std::string::npos; at != std::string::npos;
         at = page->find(fence, at)) {
        at += fence.size();
        blocks.push_back(page->substr(at, page->find("```", at) - at));
    }
    return blocks;
}

/// A line of an example: what names a section, or the keys it states or shows commented out.
struct Line {
    std::string section;
    std::vector<std::string> keys;
};

Line read_line(const std::string& text) {
    static const char* const kSection = R"(^(?:# )?\[+([a-z_]+)[\].])";
    Line line;
    std::smatch found;
    std::string rest = text;
    if (std::regex_search(rest, found, std::regex(kSection))) {
        line.section = found[1];
        rest = text.starts_with('#') ? found.suffix().str() : std::string();
        rest = rest.substr(0, rest.find(" # "));
        // "# [log]  level, keep" shows keys without values.
        const std::regex bare_key(R"(\b([a-z_]+)(,|$))");
        for (std::sregex_iterator it(rest.begin(), rest.end(), bare_key), end; it != end; ++it) {
            line.keys.push_back((*it)[1]);
        }
    }
    // A key stands at the line's begin, or behind two blanks where several share a line.
    const std::regex key(R"((?:^# |^|  )([a-z_]+) =)");
    for (std::sregex_iterator it(rest.begin(), rest.end(), key), end; it != end; ++it) {
        line.keys.push_back((*it)[1]);
    }
    return line;
}

void check_choices(const char* section, const char* key, const std::vector<std::string>& texts) {
    std::string joined;
    for (const std::string& text : texts) {
        joined += (joined.empty() ? "" : "|") + text;
    }
    STRCMP_EQUAL(
        joined.c_str(),
        std::string(find_key(*find_section(section), key)->choices).c_str()
    );
}

template <class Choices>
std::vector<std::string> texts_of(const Choices& choices) {
    std::vector<std::string> texts;
    for (const auto& choice : choices) {
        texts.emplace_back(choice.text);
    }
    return texts;
}

}  // namespace

TEST_GROUP(ConfigContract)
{};

TEST(ConfigContract, ExamplesPass) {
    const auto examples = contract_examples();
    const auto list = shared_text("lists/m365_worldwide.json");
    if (examples.empty() || !list) {
        return;
    }
    const TempFolder folder;
    folder.write("lists/m365.json", *list);
    check_lines({}, findings_in(folder, examples.at(0)));
    check_lines(
        {
            "t.toml:1:1: warning: segment: an edge without segments accepts every destination but "
            "its own networks",
            "t.toml:39:8: warning: location: the countries of \"France\" cannot be evaluated "
            "without "
            "[geo] database",
        },
        findings_in(folder, examples.at(1))
    );
}

TEST(ConfigContract, EveryKeyOfTheExamplesIsKnown) {
    size_t n_keys = 0;
    for (const std::string& example : contract_examples()) {
        std::istringstream lines(example);
        std::string section;
        for (std::string text; std::getline(lines, text);) {
            const Line line = read_line(text);
            section = line.section.empty() ? section : line.section;
            for (const std::string& key : line.keys) {
                const std::string name = section + "." + key;
                CHECK_TRUE_TEXT(find_section(section) != nullptr, section.c_str());
                CHECK_TRUE_TEXT(find_key(*find_section(section), key) != nullptr, name.c_str());
                ++n_keys;
            }
        }
    }
    CHECK_TRUE(n_keys == 0 || n_keys > 100);
}

TEST(ConfigContract, SpellingsAreThoseOfTheSchema) {
    check_choices("node", "role", texts_of(kRoles));
    check_choices("port", "side", texts_of(kSides));
    check_choices("tunnel", "carry", texts_of(kCarries));
    check_choices("peer", "carry", texts_of(kCarries));
    check_choices("peer", "suite", texts_of(kSuites));
    check_choices("peer", "verify", texts_of(kVerifies));
    check_choices("peer", "verify_other_family", texts_of(kOtherFamily));
    check_choices("segment", "present", texts_of(kPresents));
    check_choices("restore", "present", texts_of(kPresents));
    check_choices("list", "new_entries", texts_of(kNewEntries));
    check_choices("rule", "action", texts_of(kVerdicts));
    check_choices("rule", "when_down", texts_of(kWhenDowns));
    check_choices("rule", "family", texts_of(kRuleFamilies));
    check_choices("policy", "grant", texts_of(kGrants));
    check_choices("policy", "state", texts_of(kPolicyStates));
    check_choices("log", "level", texts_of(kLogLevels));
}
