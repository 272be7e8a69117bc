// SPDX-License-Identifier: Apache-2.0
#include "control/config/config_page.hpp"

#include "control/config/key_examples.hpp"
#include "control/config/schema.hpp"

#include <fmt/format.h>
#include <limits>

namespace egret::control {
namespace {

constexpr std::string_view kHead = R"(<!-- SPDX-License-Identifier: Apache-2.0 -->
<!-- Written by the program config_page from control/config/schema_*.cpp: change it there. -->
# The configuration, key by key

One TOML file per node is the whole configuration. A key that is not in these tables is an error.
Keys marked *later* are accepted and checked, and ignored with a warning; where ignoring one could
let traffic leave in clear it is an error. Keys of the other role are accepted with a warning.

Relative `file:` paths are taken from the folder of the TOML file, in `egretd` from the state
directory. The file may have 16 MiB and nest 16 levels deep; a list file 32 MiB and a million entries.

Strings: a *duration* is a number and `ms`, `s`, `m` or `h`; an *endpoint* `ADDRESS:PORT` or
`[IPV6]:PORT`; *ports* one port or a range `"8000-8100"`; a *prefix* an address range, whose host
bits are cleared with a note; *hours* are `"22:00-06:00"`, or have days before them as in
`"Mon-Fri 08:00-18:00"` or `"Sat,Sun 00:00-24:00"`, and an end that is not later is the next day's; a
*domain* a server name, or a pattern: a leading `*` stands for one or more characters of any labels,
another `*` for some within its label.
)";

std::string_view plain_name(Type type) noexcept {
    switch (type) {
        case Type::text:
            return "string";
        case Type::name:
            return "name";
        case Type::boolean:
            return "boolean";
        case Type::integer:
            return "integer";
        case Type::number:
            return "number";
        case Type::duration:
            return "duration";
        case Type::choice:
            return "choice";
        case Type::file:
            return "`file:` path";
        case Type::source:
            return "`file:` path or `https:` address";
        case Type::log_file:
            return "path";
        case Type::key:
            return "base64 key";
        case Type::address:
            return "address";
        case Type::interface:
            return "address with length";
        case Type::prefix:
            return "prefix";
        case Type::endpoint:
            return "endpoint";
        case Type::ports:
            return "ports";
        case Type::hours:
            return "hours";
        case Type::domain:
            return "domain";
        case Type::country:
            return "country code";
        case Type::table:
            break;
    }
    return "table";
}

/// `|` would end the table's cell, so choices are written one behind the other.
std::string choices_text(std::string_view choices) {
    std::string text;
    for (const char c : choices) {
        text += c == '|' ? "`, `" : std::string(1, c);
    }
    return "`" + text + "`";
}

/// "1280 to 9216", "at most 15 bytes"; empty where the type alone is the range.
std::string range_text(const Key& key) {
    using Limits = std::numeric_limits<int64_t>;
    if (key.type == Type::name && key.max != Limits::max()) {
        return fmt::format("at most {} bytes", key.max);
    }
    if (key.type == Type::duration && key.max != Limits::max()) {
        return fmt::format("at most {} s", key.max / 1000);
    }
    if (key.type == Type::choice) {
        return choices_text(key.choices);
    }
    if (key.type != Type::integer && key.type != Type::number) {
        return {};
    }
    if (key.min == key.max) {
        return fmt::format("{}", key.min);
    }
    if (key.max != Limits::max()) {
        return fmt::format("{} to {}", key.min, key.max);
    }
    return key.min != Limits::min() ? fmt::format("at least {}", key.min) : std::string();
}

std::string type_text(const Key& key) {
    return (key.is_list ? "list: " : "") + std::string(plain_name(key.type));
}

std::string_view unit_text(const Key& key, const KeyExample& example) {
    return key.type == Type::duration ? "ms, s, m, h" : example.unit;
}

std::string_view need_text(Need need) noexcept {
    switch (need) {
        case Need::always:
            return "yes";
        case Need::on_branch:
            return "at a branch";
        case Need::on_edge:
            return "at an edge";
        case Need::optional:
            break;
    }
    return "no";
}

std::string_view use_text(Use use) noexcept {
    return use == Use::branch ? "*Branch.* " : use == Use::edge ? "*Edge.* " : "";
}

std::string row(const Section& section, const Key& key) {
    const KeyExample example = find_example(section.name, key.name);
    return fmt::format(
        "| `{}` | {} | {} | {} | {} | {} | {}{}{} | `{}` |\n",
        key.name,
        need_text(key.need),
        type_text(key),
        unit_text(key, example),
        range_text(key),
        key.otherwise,
        key.support == Support::later ? "*Later.* " : "",
        section.use == Use::both ? use_text(key.use) : "",
        key.effect,
        example.value
    );
}

std::string heading(const Section& section) {
    if (section.name.empty()) {
        return "Top level";
    }
    switch (section.shape) {
        case Shape::array:
            return fmt::format("`[[{}]]`", section.name);
        case Shape::part_of:
            return fmt::format("`{}`", section.name);
        case Shape::table:
            break;
    }
    return fmt::format("`[{}]`", section.name);
}

}  // namespace

std::string config_page() {
    std::string page(kHead);
    for (const auto& part : schema()) {
        for (const Section& section : part) {
            page += fmt::format(
                "\n## {}\n\n{}{}\n\n| key | required | value | unit | range | default | effect | "
                "example "
                "|\n|---|---|---|---|---|---|---|---|\n",
                heading(section),
                use_text(section.use),
                section.effect
            );
            for (const Key& key : section.keys) {
                page += row(section, key);
            }
        }
    }
    return page;
}

}  // namespace egret::control
