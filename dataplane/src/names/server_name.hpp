// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/events.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace egret::names {

/// Longest name in text form without the final dot: 255 bytes on the wire less the first length and the root label
/// (RFC 1035 section 3.1).
inline constexpr size_t kMaxNameSize = 253;
inline constexpr size_t kMaxLabelSize = 63;  ///< RFC 1035 section 3.1

static_assert(sizeof(api::ServerName::text) == kMaxNameSize);

/// Appends one label, lower case, with a dot before it unless it is the first.
///
/// Only letters, digits, `-` and `_` pass: names end up in records and are compared as text, where a dot or a quote inside
/// a label would say something else. False where the label is empty, too long, holds another byte, or the name would grow
/// past kMaxNameSize; `name` is then unspecified.
[[nodiscard]] bool append_label(api::ServerName& name, std::span<const uint8_t> label) noexcept;

/// Sets `name` from dotted text, one final dot dropped. False under the conditions of append_label and for the text of an
/// IPv4 address, which is no server name (RFC 6066 section 3); `name` is then unspecified.
[[nodiscard]] bool set_from_text(api::ServerName& name, std::span<const uint8_t> text) noexcept;

}  // namespace egret::names
