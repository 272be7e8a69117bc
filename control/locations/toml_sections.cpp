// SPDX-License-Identifier: Apache-2.0
#include "control/locations/toml_sections.hpp"

#include "control/config/choices.hpp"
#include "control/config/config_toml.hpp"
#include "control/config/toml_text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace egret::control {
namespace {

std::string list_of(const LocatedList<std::string>& texts) {
    std::string list = "[";
    for (const Located<std::string>& text : texts) {
        list += (list.size() == 1 ? "" : ", ") + toml_string(*text);
    }
    return list + "]";
}

/// One range per line: two versions of a file then differ where the ranges do.
void add_ranges(const RangeSet& ranges, std::string& text) {
    if (ranges.empty()) {
        text += "ranges = []\n";
        return;
    }
    text += "ranges = [\n";
    api::Prefix previous;
    ranges.each([&](const RangeAt& range) {
        if (range.prefix != previous) {
            text += "    \"" + api::to_text(range.prefix) + "\",\n";
        }
        previous = range.prefix;
    });
    text += "]\n";
}

void add_location(const LocationSection& location, std::string& text) {
    text += "\n[[location]]\nname = " + toml_string(*location.name) + "\n";
    if (!location.is_by_country()) {
        add_ranges(location.ranges, text);
    } else {
        text += "countries = " + list_of(location.countries) + "\n";
    }
    if (location.is_by_country() && *location.country_lookup == CountryLookup::gps) {
        text += "country_lookup = \"gps\"\n";
    }
    if (*location.include_unknown) {
        text += "include_unknown = true\n";
    }
    if (*location.trusted) {
        text += "trusted = true\n";
    }
}

void add_policy(const PolicySection& policy, std::string& text) {
    text += "\n[[policy]]\nname = " + toml_string(*policy.name) + "\n";
    text += "include_locations = " + list_of(policy.include_locations) + "\n";
    if (!policy.exclude_locations.empty()) {
        text += "exclude_locations = " + list_of(policy.exclude_locations) + "\n";
    }
    text += fmt::format("grant = \"{}\"\n", spelling_of(kGrants, *policy.grant));
    if (*policy.state != PolicyState::enabled) {
        text += fmt::format("state = \"{}\"\n", spelling_of(kPolicyStates, *policy.state));
    }
    if (*policy.cae != Cae::standard) {
        text += fmt::format("cae = \"{}\"\n", spelling_of(kCaes, *policy.cae));
    }
}

/// Where the sections of a document begin, counted in lines from 1.
struct Start {
    uint32_t line = 0;
    bool is_unwanted = false;
};

void add_start(
    std::string_view section,
    const Value& table,
    const SectionChoice& is_unwanted,
    std::vector<Start>& starts
) {
    const Value* name = table.find("name");
    starts.push_back({table.at.line, is_unwanted(section, name != nullptr ? name->text : "")});
    for (const Member& member : table.members) {
        if (member.value.kind == Kind::table && member.value.at.line != member.at.line) {
            starts.push_back({member.value.at.line, false});
        }
    }
}

std::vector<Start> starts_of(const Value& document, const SectionChoice& is_unwanted) {
    std::vector<Start> starts;
    for (const Member& member : document.members) {
        if (member.value.kind == Kind::table) {
            add_start(member.key, member.value, is_unwanted, starts);
        }
        for (const Value& item : member.value.items) {
            if (item.kind == Kind::table) {
                add_start(member.key, item, is_unwanted, starts);
            }
        }
    }
    std::ranges::sort(starts, {}, &Start::line);
    return starts;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

bool is_comment_or_blank(std::string_view line) {
    const size_t first = line.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos || line[first] == '#';
}

/// What stands above the next section's header in comments belongs to that section.
size_t end_of(const std::vector<std::string_view>& lines, size_t begin, size_t next) {
    size_t end = next;
    while (end > begin + 1 && is_comment_or_blank(lines[end - 1])) {
        --end;
    }
    return next == lines.size() ? next : end;
}

}  // namespace

std::string toml_of(const LocationBook& book) {
    std::string text;
    for (const LocationSection& location : book.locations) {
        add_location(location, text);
    }
    if (!book.mfa_trusted_ips.ranges.empty()) {
        text += "\n[mfa_trusted_ips]\n";
        add_ranges(book.mfa_trusted_ips.ranges, text);
        if (*book.mfa_trusted_ips.skip_for_federated) {
            text += "skip_for_federated = true\n";
        }
    }
    for (const PolicySection& policy : book.policies) {
        add_policy(policy, text);
    }
    if (book.signaling) {
        text += fmt::format("\n[signaling]\nenabled = {}\n", *book.signaling);
    }
    return text.empty() ? text : text.substr(1);
}

tl::expected<std::string, std::string> replace_sections(
    std::string_view text,
    const SectionChoice& is_unwanted,
    std::string_view sections
) {
    Findings findings("the file");
    const std::optional<Value> document = parse_toml(text, findings);
    if (!document) {
        return tl::unexpected(to_text(findings.all().front()));
    }
    const std::vector<std::string_view> lines = lines_of(text);
    const std::vector<Start> starts = starts_of(*document, is_unwanted);
    std::vector<bool> is_kept(lines.size(), true);
    for (size_t i = 0; i < starts.size(); ++i) {
        if (!starts[i].is_unwanted) {
            continue;
        }
        const size_t begin = starts[i].line - 1;
        const size_t next = i + 1 < starts.size() ? starts[i + 1].line - 1 : lines.size();
        const size_t end = end_of(lines, begin, next);
        std::fill(
            is_kept.begin() + static_cast<std::ptrdiff_t>(begin),
            is_kept.begin() + static_cast<std::ptrdiff_t>(end),
            false
        );
    }
    std::string result;
    for (size_t i = 0; i < lines.size(); ++i) {
        if (is_kept[i]) {
            result += lines[i];
        }
    }
    if (!result.empty() && !result.ends_with('\n')) {
        result += '\n';
    }
    return result + std::string(sections);
}

}  // namespace egret::control
