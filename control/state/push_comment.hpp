// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace egret::control {

/// What a push's signature says besides who made it: the trusted comment of contract section 4,
/// `node=<name> generation=<n> expires=<RFC 3339>`.
struct PushComment {
    std::string node;
    uint64_t generation = 0;
    uint64_t expires_unix_ns = 0;

    [[nodiscard]] std::string text() const;

    friend bool operator==(const PushComment&, const PushComment&) = default;
};

/// Reads a trusted comment: words of the form name=value in any order, each of the three once; words it does not know are for
/// others. A value with blanks stands in double quotes. Error: one clause that says what is missing or wrong.
[[nodiscard]] tl::expected<PushComment, std::string> parse_push_comment(std::string_view comment);

}  // namespace egret::control
