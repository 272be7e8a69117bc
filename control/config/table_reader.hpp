// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/config/tree.hpp"

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace egret::control {

/// A spelling and the enumerator it stands for.
template <class Enum>
struct Choice {
    std::string_view text;
    Enum value;
};

/// Takes values out of one table that `validate` has seen. What is absent or broken is left at the
/// default, but a broken value still counts as stated: its absence is no second mistake.
class TableReader {
  public:
    /// Both arguments must outlive the reader; `base` is the folder of relative `file:` paths.
    TableReader(const Value& table, const std::filesystem::path& base)
        : table_(table),
          base_(base) {}

    [[nodiscard]] SourceLocation at() const noexcept { return table_.at; }

    [[nodiscard]] bool has(std::string_view key) const noexcept {
        return table_.find(key) != nullptr;
    }

    /// True if the list below `key` holds anything, right or wrong.
    [[nodiscard]] bool has_items(std::string_view key) const noexcept {
        const Value* value = table_.find(key);
        return value != nullptr && (value->kind != Kind::array || !value->items.empty());
    }

    void read(std::string_view key, Text& out) const;
    void read(std::string_view key, Located<bool>& out) const;
    void read(std::string_view key, Located<uint16_t>& out) const;
    void read(std::string_view key, Located<uint64_t>& out) const;
    void read(std::string_view key, Located<double>& out) const;
    void read(std::string_view key, Located<api::Endpoint>& out) const;
    void read(std::string_view key, Located<crypto::PublicKey>& out) const;
    void read(std::string_view key, LocatedList<std::string>& out) const;
    void read(std::string_view key, LocatedList<uint16_t>& out) const;
    void read(std::string_view key, LocatedList<uint32_t>& out) const;
    void read(std::string_view key, LocatedList<api::IpAddress>& out) const;
    void read(std::string_view key, LocatedList<Hours>& out) const;
    void read(std::string_view key, std::optional<std::vector<PortRange>>& out) const;

    /// Prefixes without host bits.
    void read(std::string_view key, LocatedList<api::Prefix>& out) const;
    /// The same, compactly, and only their lines.
    void read(std::string_view key, RangeSet& out) const;
    /// Own addresses: host bits are kept.
    void read_interfaces(std::string_view key, LocatedList<api::Prefix>& out) const;
    void read_domains(std::string_view key, LocatedList<std::string>& out) const;
    /// A duration, in milliseconds.
    void read_ms(std::string_view key, Located<uint64_t>& out) const;
    /// The path of a `file:` value, resolved.
    void read_path(std::string_view key, Text& out) const;

    template <class Enum, size_t Count>
    void read(
        std::string_view key,
        const std::array<Choice<Enum>, Count>& choices,
        Located<Enum>& out
    ) const {
        const Value* value = usable(key);
        if (value == nullptr) {
            return;
        }
        out.at = value->at;
        for (const Choice<Enum>& choice : choices) {
            if (choice.text == value->text) {
                out.value = choice.value;
            }
        }
    }

    /// The table below `key`, or nothing.
    [[nodiscard]] std::optional<TableReader> table(std::string_view key) const;

    /// Calls `take(reader)` for every table of the array below `key`; a single table, which has
    /// been reported, is taken too, so that references to it are no second mistake.
    template <class Take>
    void each(std::string_view key, Take take) const {
        const Value* value = table_.find(key);
        if (value == nullptr) {
            return;
        }
        if (value->kind == Kind::table) {
            take(TableReader(*value, base_));
        }
        for (const Value& item : value->items) {
            if (!item.is_broken) {
                take(TableReader(item, base_));
            }
        }
    }

    /// Calls `take(key, reader)` for every table below this one, in file order.
    template <class Take>
    void each_part(Take take) const {
        for (const Member& member : table_.members) {
            if (member.value.kind == Kind::table && !member.value.is_broken) {
                take(member.key, TableReader(member.value, base_));
            }
        }
    }

  private:
    [[nodiscard]] const Value* usable(std::string_view key) const noexcept;

    template <class Item, class Parse>
    void read_items(std::string_view key, LocatedList<Item>& out, Parse parse) const;

    const Value& table_;
    const std::filesystem::path& base_;
};

}  // namespace egret::control
