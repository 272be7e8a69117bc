// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"

#include <string>
#include <string_view>

namespace egret::control {

/// Name of a signature beside what it signs.
inline constexpr const char* kSignatureSuffix = ".minisig";

/// Why a text is not what the list's `signed_by` key signed: one clause; empty if it is, or if the list
/// need not be signed. `signature` is a minisign file's text.
[[nodiscard]] std::string
signature_complaint(const ListSection& section, std::string_view text, std::string_view signature);

}  // namespace egret::control
