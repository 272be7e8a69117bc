// SPDX-License-Identifier: Apache-2.0
// What is different between two configurations, in things rather than lines.
#include "control/config/config_diff.hpp"

#include "control/config/config_toml.hpp"
#include "control_fixture.hpp"

#include <string>
#include <vector>

#include <CppUTest/TestHarness.h>

using namespace egret::control;
using namespace egret::test;

namespace {

Value parsed(std::string_view toml) {
    Findings findings("t.toml");
    auto tree = parse_toml(toml, findings);
    CHECK_TRUE(tree.has_value());
    return std::move(*tree);
}

std::string joined(const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& item : items) {
        text += (text.empty() ? "" : " ") + item;
    }
    return text;
}

/// One line for each change: `section name [site] change: key before>after {+added -removed}; ...`.
std::vector<std::string> changes(std::string_view before, std::string_view after) {
    std::vector<std::string> lines;
    for (const ConfigChange& change : diff_configs(parsed(before), parsed(after))) {
        std::string line = change.section + " " + change.name;
        line += change.site.empty() ? "" : " [" + change.site + "]";
        line += " " + std::string(name_of(change.change)) + ":";
        for (const KeyChange& key : change.keys) {
            line += " " + key.key + " ";
            line += key.is_list ? "{+" + joined(key.added) + " -" + joined(key.removed) + "}"
                                : (key.was_set ? key.before : "none") + ">" +
                                      (key.is_set ? key.after : "none");
        }
        lines.push_back(line);
    }
    return lines;
}

}  // namespace

TEST_GROUP(ConfigDiffs)
{};

TEST(ConfigDiffs, TheSameInOtherWordsIsNoDifference) {
    check_lines({}, changes(kBranch, kBranch));
    check_lines(
        {},
        changes(
            "schema = 1\n[node]\nname = \"a\"\nsite = 'b'\n",
            "# a comment\nschema=1\n[node]\nsite = \"b\"  # another\nname = \"a\"\n"
        )
    );
}

TEST(ConfigDiffs, ThingsAreKnownByTheirNames) {
    const std::string before = R"([[peer]]
name = "e1"
site = "paris"
endpoint = "198.51.100.10:51820"
[[peer]]
name = "e2"
[[location]]
name = "Lyon office"
ranges = ["203.0.113.0/29", "2001:db8::/48"]
)";
    const std::string after = R"([[location]]
name = "Lyon office"
ranges = ["2001:db8::/48", "203.0.113.8/29"]
[[peer]]
name = "e3"
[[peer]]
name = "e1"
site = "paris"
endpoint = "198.51.100.11:51820"
)";
    check_lines(
        {
            "location Lyon office changed: ranges {+203.0.113.8/29 -203.0.113.0/29}",
            "peer e3 added: name none>e3",
            "peer e1 [paris] changed: endpoint 198.51.100.10:51820>198.51.100.11:51820",
            "peer e2 removed: name e2>none",
        },
        changes(before, after)
    );
}

TEST(ConfigDiffs, TheOrderOfRulesCounts) {
    const auto rules = [](std::string_view order) {
        std::string text;
        for (const char name : order) {
            text += std::string("[[rule]]\nname = \"") + name + "\"\n";
        }
        return text;
    };
    check_lines(
        {"rule b moved: place 2>1", "rule a moved: place 1>2"},
        changes(rules("abc"), rules("bac"))
    );
    // Those that stay keep their order around one that comes or goes.
    check_lines({"rule x added: name none>x"}, changes(rules("ab"), rules("xab")));
    check_lines({"rule a removed: name a>none"}, changes(rules("abc"), rules("bc")));
}

TEST(ConfigDiffs, SectionsAndKeysComeAndGo) {
    check_lines(
        {
            "signaling  changed: enabled true>false",
            "tunnel  added: carry none>header",
            "  changed: schema 1>none",
            "egress  removed: addresses {+ -203.0.113.7} wan2.addresses {+ -203.0.113.9}",
        },
        changes(
            "schema = 1\n[signaling]\nenabled = true\n[egress]\naddresses = [\"203.0.113.7\"]\n"
            "[egress.wan2]\naddresses = [\"203.0.113.9\"]\n",
            "[signaling]\nenabled = false\n[tunnel]\ncarry = \"header\"\n"
        )
    );
}

TEST(ConfigDiffs, AListInAnotherOrderSaysSo) {
    check_lines(
        {"egress  changed: detect {+ -}"},
        changes(
            "[egress]\ndetect = [\"stun\", \"edge\"]\n",
            "[egress]\ndetect = [\"edge\", \"stun\"]\n"
        )
    );
}
