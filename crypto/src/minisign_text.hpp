// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/bytes.hpp>

#include <optional>
#include <string>
#include <string_view>

/// What minisign's three kinds of files have in common: lines, comments and base64 of a known size.
namespace egret::crypto {

inline constexpr std::string_view kUntrustedPrefix = "untrusted comment: ";
inline constexpr std::string_view kTrustedPrefix = "trusted comment: ";

/// Takes the first line off `text`, without its LF or CRLF.
[[nodiscard]] std::string_view take_line(std::string_view& text) noexcept;

/// What stands behind `prefix` in `line`; nothing if it is another line, is longer than `max_bytes` or holds control
/// characters other than tabs.
[[nodiscard]] std::optional<std::string_view>
comment_of(std::string_view line, std::string_view prefix, size_t max_bytes) noexcept;

/// Whether `text` may be a comment.
[[nodiscard]] bool is_comment_text(std::string_view text, size_t max_bytes) noexcept;

/// True if `text` is exactly `out` in canonical base64, which is then filled.
[[nodiscard]] bool from_base64(std::string_view text, ByteSpan out) noexcept;

[[nodiscard]] std::string to_base64(ByteView bytes);

}  // namespace egret::crypto
