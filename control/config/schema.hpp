// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

/// Every key of contract section 2 as data. Checking, hints for misspelt keys and CONFIG.md read
/// this table, so that none of them can know another configuration.
namespace egret::control {

enum class Type : uint8_t {
    text,
    name,  ///< without control characters; `max` in bytes
    boolean,
    integer,
    number,
    duration,  ///< "200ms", "3s", "5m", "24h"; limits in milliseconds
    choice,
    file,       ///< "file:PATH"
    source,     ///< "file:PATH" or "https://..."
    log_file,   ///< a path
    key,        ///< 32 bytes of base64
    address,    ///< an address without a length
    interface,  ///< an address with the length of its network; host bits are the point
    prefix,     ///< an address range; host bits are cleared with a note
    endpoint,   ///< ADDRESS:PORT
    ports,      ///< "80" or "8000-8100"
    hours,      ///< "Mon-Fri 08:00-18:00"
    domain,     ///< a server name or a pattern
    country,    ///< two letters
    table,      ///< a section of its own, named `<section>.<key>`
};

enum class Need : uint8_t { optional, always, on_branch, on_edge };

/// Where a key has an effect; elsewhere it is accepted with a warning.
enum class Use : uint8_t { both, branch, edge };

enum class Support : uint8_t {
    built,
    later,  ///< accepted and checked, ignored with one warning
};

struct Key {
    std::string_view name{};
    Type type = Type::text;
    bool is_list = false;
    std::string_view choices{};  ///< of Type::choice, separated by `|`
    int64_t min = std::numeric_limits<int64_t>::min();
    int64_t max = std::numeric_limits<int64_t>::max();
    Need need = Need::optional;
    Use use = Use::both;
    Support support = Support::built;
    std::string_view otherwise{};  ///< the default, for the page
    std::string_view effect{};     ///< one sentence or two, for the page
};

enum class Shape : uint8_t {
    table,    ///< [name]
    array,    ///< [[name]]
    part_of,  ///< an inline table below a key of another section
};

struct Section {
    std::string_view name{};
    Shape shape = Shape::table;
    Use use = Use::both;
    std::string_view effect{};
    std::span<const Key> keys{};
};

/// All sections in the contract's order, in five runs; the first is the top level, without a name.
[[nodiscard]] std::array<std::span<const Section>, 5> schema() noexcept;

/// The section of that name, or nullptr.
[[nodiscard]] const Section* find_section(std::string_view name) noexcept;

[[nodiscard]] const Key* find_key(const Section& section, std::string_view name) noexcept;

}  // namespace egret::control
