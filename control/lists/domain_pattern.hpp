// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

/// Server names as lists write them: exact, or with `*`.
namespace egret::control {

/// True if `name` is what `pattern` stands for. Both in lower case, without a final dot.
///
/// A leading `*` stands for one or more characters of any labels, so `*.example.com` holds
/// `a.b.example.com` but not `example.com`; another `*` stands for one or more characters within
/// its label. (Microsoft's list has `*cdn.example`, `a.*.example` and `*-files.example`, and names
/// a domain beside its `*.`; domain page section 3.1.)
[[nodiscard]] bool matches(std::string_view pattern, std::string_view name) noexcept;

/// How much a pattern says: of two that match one name, the larger wins. Exact ones say the most.
[[nodiscard]] size_t specificity(std::string_view pattern) noexcept;

}  // namespace egret::control
