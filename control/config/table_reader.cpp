// SPDX-License-Identifier: Apache-2.0
#include "control/config/table_reader.hpp"

#include "control/config/scalars.hpp"

#include <egret/crypto/key_text.hpp>

namespace egret::control {

const Value* TableReader::usable(std::string_view key) const noexcept {
    const Value* value = table_.find(key);
    return value == nullptr || value->is_broken ? nullptr : value;
}

/// `parse` gives an optional, although `validate` has seen that there is something in it.
template <class Item, class Parse>
void TableReader::read_items(std::string_view key, LocatedList<Item>& out, Parse parse) const {
    const Value* value = usable(key);
    if (value == nullptr) {
        return;
    }
    for (const Value& item : value->items) {
        if (item.is_broken) {
            continue;
        }
        if (const std::optional<Item> parsed = parse(item)) {
            out.push_back({*parsed, item.at});
        }
    }
}

void TableReader::read(std::string_view key, Text& out) const {
    if (const Value* value = usable(key)) {
        out = {value->text, value->at};
    }
}

void TableReader::read(std::string_view key, Located<bool>& out) const {
    if (const Value* value = usable(key)) {
        out = {value->boolean, value->at};
    }
}

void TableReader::read(std::string_view key, Located<uint16_t>& out) const {
    if (const Value* value = usable(key)) {
        out = {static_cast<uint16_t>(value->integer), value->at};
    }
}

void TableReader::read(std::string_view key, Located<uint64_t>& out) const {
    if (const Value* value = usable(key)) {
        out = {static_cast<uint64_t>(value->integer), value->at};
    }
}

void TableReader::read(std::string_view key, Located<double>& out) const {
    if (const Value* value = usable(key)) {
        const bool is_whole = value->kind == Kind::integer;
        out = {is_whole ? static_cast<double>(value->integer) : value->number, value->at};
    }
}

void TableReader::read(std::string_view key, Located<api::Endpoint>& out) const {
    if (const Value* value = usable(key)) {
        out = {api::parse_endpoint(value->text).value_or(api::Endpoint{}), value->at};
    }
}

void TableReader::read(std::string_view key, Located<crypto::PublicKey>& out) const {
    if (const Value* value = usable(key)) {
        out = {crypto::parse_public_key(value->text).value_or(crypto::PublicKey{}), value->at};
    }
}

void TableReader::read(std::string_view key, LocatedList<std::string>& out) const {
    read_items(key, out, [](const Value& item) { return std::optional(item.text); });
}

void TableReader::read(std::string_view key, LocatedList<uint16_t>& out) const {
    read_items(key, out, [](const Value& item) {
        return std::optional(static_cast<uint16_t>(item.integer));
    });
}

void TableReader::read(std::string_view key, LocatedList<uint32_t>& out) const {
    read_items(key, out, [](const Value& item) {
        return std::optional(static_cast<uint32_t>(item.integer));
    });
}

void TableReader::read(std::string_view key, LocatedList<api::IpAddress>& out) const {
    read_items(key, out, [](const Value& item) { return api::parse_address(item.text); });
}

void TableReader::read(std::string_view key, LocatedList<Hours>& out) const {
    read_items(key, out, [](const Value& item) { return parse_hours(item.text); });
}

void TableReader::read(std::string_view key, std::optional<std::vector<PortRange>>& out) const {
    LocatedList<PortRange> ranges;
    read_items(key, ranges, [](const Value& item) { return parse_port_range(item.text); });
    if (usable(key) == nullptr) {
        return;
    }
    out.emplace();
    for (const Located<PortRange>& range : ranges) {
        out->push_back(*range);
    }
}

void TableReader::read(std::string_view key, LocatedList<api::Prefix>& out) const {
    read_interfaces(key, out);
    for (Located<api::Prefix>& prefix : out) {
        prefix.value = api::masked(prefix.value);
    }
}

void TableReader::read(std::string_view key, RangeSet& out) const {
    const Value* value = usable(key);
    if (value == nullptr) {
        return;
    }
    for (const Value& item : value->items) {
        const auto prefix = item.is_broken ? std::nullopt : api::parse_prefix(item.text);
        if (prefix) {
            out.add(*prefix, item.at.line);
        }
    }
    out.finish();
}

void TableReader::read_interfaces(std::string_view key, LocatedList<api::Prefix>& out) const {
    read_items(key, out, [](const Value& item) { return api::parse_prefix(item.text); });
}

void TableReader::read_domains(std::string_view key, LocatedList<std::string>& out) const {
    read_items(key, out, [](const Value& item) { return parse_domain(item.text); });
}

void TableReader::read_ms(std::string_view key, Located<uint64_t>& out) const {
    constexpr uint64_t kMillisecond = 1'000'000;
    if (const Value* value = usable(key)) {
        out = {parse_duration(value->text).value_or(0) / kMillisecond, value->at};
    }
}

void TableReader::read_path(std::string_view key, Text& out) const {
    const Value* value = usable(key);
    if (value == nullptr) {
        return;
    }
    if (const auto path = path_of_file(value->text)) {
        out = {(base_ / *path).lexically_normal().string(), value->at};
    }
}

std::optional<TableReader> TableReader::table(std::string_view key) const {
    const Value* value = usable(key);
    if (value == nullptr || value->kind != Kind::table) {
        return std::nullopt;
    }
    return TableReader(*value, base_);
}

}  // namespace egret::control
