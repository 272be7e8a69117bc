// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The small languages inside strings of the configuration and of lists.
namespace egret::control {

/// Reads `NUMBER` and one of `ms`, `s`, `m`, `h`: nanoseconds, at most a year.
[[nodiscard]] std::optional<uint64_t> parse_duration(std::string_view text) noexcept;

/// Reads `80` or `8000-8100`, ports 1 to 65535, first not above last.
[[nodiscard]] std::optional<PortRange> parse_port_range(std::string_view text) noexcept;

/// Reads "80,443,3478-3481"; blanks before a number are passed over, an empty text is no port.
[[nodiscard]] std::optional<std::vector<PortRange>> parse_port_list(std::string_view text);

/// Reads an unsigned decimal number without sign, spaces or leading `+`.
[[nodiscard]] std::optional<uint32_t> parse_decimal(std::string_view text) noexcept;

/// A server name or a pattern with `*` in lower case without a final dot; nothing if it is none.
/// At most 253 characters in labels of at most 63 letters, digits, `-`, `_` and `*`.
[[nodiscard]] std::optional<std::string> parse_domain(std::string_view text);

/// The path behind `file:`; nothing if there is no such scheme or nothing behind it.
[[nodiscard]] std::optional<std::string_view> path_of_file(std::string_view text) noexcept;

}  // namespace egret::control
