// SPDX-License-Identifier: Apache-2.0
// CONFIG.md says what the schema says, the schema what the code reads, and its examples are right.
#include "control/config/config_page.hpp"

#include "control/config/config_toml.hpp"
#include "control/config/key_examples.hpp"
#include "control/config/read_file.hpp"
#include "control/config/schema.hpp"
#include "control/config/validate.hpp"

#include <filesystem>
#include <functional>
#include <set>
#include <string>

#include <CppUTest/TestHarness.h>

using namespace egret::control;

namespace {

std::string full_name(const Section& section, const Key& key) {
    return (section.name.empty() ? "" : std::string(section.name) + ".") + std::string(key.name);
}

void for_each_key(const std::function<void(const Section&, const Key&)>& visit) {
    for (const auto& part : schema()) {
        for (const Section& section : part) {
            for (const Key& key : section.keys) {
                visit(section, key);
            }
        }
    }
}

/// A file with nothing but the key.
std::string document_with(const Section& section, const Key& key, std::string_view value) {
    const std::string name(section.name);
    const std::string line = std::string(key.name) + " = " + std::string(value);
    const size_t dot = name.find('.');
    if (section.shape == Shape::part_of) {
        return "[[" + name.substr(0, dot) + "]]\n" + name.substr(dot + 1) + " = { " + line + " }\n";
    }
    if (name.empty()) {
        return line + "\n";
    }
    return (section.shape == Shape::array ? "[[" + name + "]]\n" : "[" + name + "]\n") + line +
           "\n";
}

/// What the schema's checks have against the value; that other keys are missing is not meant.
std::string complaint_about(const std::string& document, const std::string& name) {
    Findings findings("example.toml");
    auto tree = parse_toml(document, findings);
    if (tree) {
        validate(*tree, findings);
    }
    for (const Finding& finding : findings.all()) {
        const bool is_of_file = finding.key.empty();
        if (finding.severity == Severity::error && (is_of_file || finding.key == name)) {
            return to_text(finding);
        }
    }
    return {};
}

/// All of control/config/read_*.cpp.
std::string readers() {
    std::string text;
    for (const auto& entry :
         std::filesystem::directory_iterator(EGRET_SOURCE_DIR "/control/config")) {
        if (entry.path().filename().string().starts_with("read_")) {
            text += read_file(entry.path(), 1 << 20).value_or("");
        }
    }
    return text;
}

}  // namespace

TEST_GROUP(ConfigPage)
{};

TEST(ConfigPage, SaysWhatTheSchemaSays) {
    const auto page = read_file(EGRET_SOURCE_DIR "/control/CONFIG.md", 1 << 20);
    CHECK_TRUE(page.has_value());
    CHECK_TRUE_TEXT(*page == config_page(), "print it anew: config_page > control/CONFIG.md");
}

TEST(ConfigPage, EveryKeyHasAnExampleThatPasses) {
    for_each_key([](const Section& section, const Key& key) {
        const std::string name = full_name(section, key);
        const KeyExample example = find_example(section.name, key.name);
        CHECK_FALSE_TEXT(
            example.value.empty(),
            ("give " + name + " an example in control/config/key_examples.cpp").c_str()
        );
        const std::string document = document_with(section, key, example.value);
        STRCMP_EQUAL_TEXT("", complaint_about(document, name).c_str(), document.c_str());
    });
}

TEST(ConfigPage, AWrongExampleWouldBeFound) {
    const Section& port = *find_section("port");
    const Key& mtu = *find_key(port, "mtu");
    STRCMP_CONTAINS(
        "port.mtu",
        complaint_about(document_with(port, mtu, "12"), "port.mtu").c_str()
    );
    STRCMP_CONTAINS("not TOML", complaint_about(document_with(port, mtu, ""), "port.mtu").c_str());
}

TEST(ConfigPage, EveryExampleIsOfOneKey) {
    std::set<std::string> names;
    for_each_key([&](const Section& section, const Key& key) {
        names.insert(full_name(section, key));
    });
    for (const KeyExample& example : key_examples()) {
        CHECK_TRUE_TEXT(names.erase(std::string(example.key)) == 1, example.key.data());
    }
}

TEST(ConfigPage, EveryNumberSaysWhatItCounts) {
    for_each_key([](const Section& section, const Key& key) {
        if (key.type == Type::integer || key.type == Type::number) {
            const KeyExample example = find_example(section.name, key.name);
            CHECK_FALSE_TEXT(example.unit.empty(), full_name(section, key).c_str());
        }
    });
}

/// By text: a key that is documented as built and read nowhere would be ignored without a word.
TEST(ConfigPage, EveryBuiltKeyIsRead) {
    const std::string text = readers();
    for_each_key([&](const Section& section, const Key& key) {
        const bool is_read = text.find("\"" + std::string(key.name) + "\"") != std::string::npos;
        CHECK_TRUE_TEXT(
            is_read || key.support == Support::later || key.name == "schema",
            full_name(section, key).c_str()
        );
    });
}
