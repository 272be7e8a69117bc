// SPDX-License-Identifier: Apache-2.0
#include "control/config/validate.hpp"

#include "control/config/check_value.hpp"
#include "control/config/schema.hpp"
#include "control/config/suggest.hpp"

#include <egret/api/tables.hpp>

#include <fmt/format.h>
#include <optional>

namespace egret::control {
namespace {

/// Nothing where the file does not say which role it is for.
std::optional<api::Role> role_of(const Value& document) {
    const Value* node = document.find("node");
    const Value* role = node != nullptr ? node->find("role") : nullptr;
    if (role == nullptr || (role->text != "branch" && role->text != "edge")) {
        return std::nullopt;
    }
    return role->text == "edge" ? api::Role::edge : api::Role::branch;
}

std::string joined(std::string_view section, std::string_view key) {
    return section.empty() ? std::string(key) : fmt::format("{}.{}", section, key);
}

class Validator {
  public:
    Validator(Findings& findings, std::optional<api::Role> role)
        : findings_(findings),
          role_(role) {}

    void check_document(Value& document) {
        const Section& top = *find_section("");
        for (Member& member : document.members) {
            const Section* section = find_section(member.key);
            if (section != nullptr && section->shape != Shape::part_of && !member.key.empty()) {
                check_section_shape(*section, member);
            } else {
                check_member(top, "", member);
            }
        }
        check_missing(top, "", document);
        for (const auto& part : schema()) {
            for (const Section& section : part) {
                check_missing_section(section, document);
            }
        }
    }

  private:
    void check_section_shape(const Section& section, Member& member) {
        Value& value = member.value;
        const Kind wanted = section.shape == Shape::array ? Kind::array : Kind::table;
        if (value.kind != wanted) {
            const std::string form = section.shape == Shape::array
                                         ? fmt::format("[[{}]]", section.name)
                                         : fmt::format("[{}], once", section.name);
            findings_.error(member.at, section.name, "must be written as " + form);
        }
        if (is_elsewhere(section.use)) {
            warn_elsewhere(member.at, section.name);
        }
        if (value.kind == Kind::table) {
            check_section(section, section.name, value);
        }
        for (Value& item : value.items) {
            check_item(section, item);
        }
    }

    void check_item(const Section& section, Value& item) {
        if (item.kind == Kind::table) {
            check_section(section, section.name, item);
        } else {
            findings_.error(item.at, section.name, "must be a table");
            item.is_broken = true;
        }
    }

    void check_section(const Section& section, std::string_view name, Value& table) {
        for (Member& member : table.members) {
            if (section.name == "egress" && name == "egress" && member.value.kind == Kind::table &&
                find_key(section, member.key) == nullptr) {
                check_uplink(section, member);
            } else {
                check_member(section, name, member);
            }
        }
        check_missing(section, name, table);
    }

    /// `[egress.<uplink>]`: policies judge it before traffic can take it.
    void check_uplink(const Section& section, Member& member) {
        const std::string name = joined("egress", member.key);
        if (member.key != "default") {
            findings_.warning(
                member.at,
                name,
                "is judged by the policies; traffic over this uplink is not yet supported"
            );
        }
        check_section(section, name, member.value);
    }

    void check_member(const Section& section, std::string_view name, Member& member) {
        const Key* key = find_key(section, member.key);
        if (key == nullptr) {
            report_unknown(section, name, member);
            return;
        }
        const std::string dotted = joined(name, member.key);
        if (!check_values(*key, dotted, member.value)) {
            return;
        }
        if (key->support == Support::later) {
            findings_.not_yet_supported(member.at, dotted);
        } else if (is_elsewhere(key->use) && !is_elsewhere(section.use)) {
            warn_elsewhere(member.at, dotted);
        }
    }

    void report_unknown(const Section& section, std::string_view name, Member& member) {
        std::vector<std::string_view> candidates;
        for (const Key& key : section.keys) {
            candidates.push_back(key.name);
        }
        if (section.name.empty()) {
            for (const auto& part : schema()) {
                for (const Section& other : part) {
                    candidates.push_back(other.name);
                }
            }
        }
        findings_.error(
            member.at,
            joined(name, member.key),
            "unknown key" + did_you_mean(member.key, candidates)
        );
        member.value.is_broken = true;
    }

    /// False if anything was wrong.
    bool check_values(const Key& key, const std::string& dotted, Value& value) {
        if (!key.is_list) {
            return check_one(key, dotted, value);
        }
        if (value.kind != Kind::array) {
            return fail(
                value,
                dotted,
                fmt::format("must be an array, not {}", name_of(value.kind))
            );
        }
        if (value.items.empty() && key.need != Need::optional) {
            return fail(value, dotted, "must not be empty");
        }
        bool is_right = true;
        for (Value& item : value.items) {
            is_right = check_one(key, dotted, item) && is_right;
        }
        return is_right;
    }

    bool check_one(const Key& key, const std::string& dotted, Value& value) {
        if (auto complaint = complaint_about(key, value)) {
            return fail(value, dotted, std::move(*complaint));
        }
        if (auto remark = remark_on(key, value)) {
            findings_.note(value.at, dotted, std::move(*remark));
        }
        if (key.type == Type::table) {
            check_section(*find_section(dotted), dotted, value);
        }
        return true;
    }

    bool fail(Value& value, const std::string& dotted, std::string message) {
        findings_.error(value.at, dotted, std::move(message));
        value.is_broken = true;
        return false;
    }

    void check_missing(const Section& section, std::string_view name, const Value& table) {
        for (const Key& key : section.keys) {
            if (is_needed(key.need) && table.find(key.name) == nullptr) {
                findings_.error(table.at, joined(name, key.name), "is missing");
            }
        }
    }

    /// A section is needed if one of its keys is, unless there may be many of it.
    void check_missing_section(const Section& section, const Value& document) {
        if (section.name.empty() || section.shape != Shape::table ||
            document.find(section.name) != nullptr) {
            return;
        }
        for (const Key& key : section.keys) {
            if (is_needed(key.need)) {
                findings_.error(document.at, section.name, "the section is missing");
                return;
            }
        }
    }

    [[nodiscard]] bool is_needed(Need need) const noexcept {
        return need == Need::always || (need == Need::on_branch && role_ == api::Role::branch) ||
               (need == Need::on_edge && role_ == api::Role::edge);
    }

    [[nodiscard]] bool is_elsewhere(Use use) const noexcept {
        return (use == Use::branch && role_ == api::Role::edge) ||
               (use == Use::edge && role_ == api::Role::branch);
    }

    void warn_elsewhere(SourceLocation at, std::string_view key) {
        const char* role = role_ == api::Role::edge ? "an edge" : "a branch";
        findings_.warning(at, key, fmt::format("has no effect on {}", role));
    }

    Findings& findings_;
    std::optional<api::Role> role_;
};

}  // namespace

void validate(Value& document, Findings& findings) {
    Validator(findings, role_of(document)).check_document(document);
}

}  // namespace egret::control
