// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/locations/location_book.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

/// Locations and policies as text of a configuration.
namespace egret::control {

/// The sections of a book as TOML that `egret check` accepts in a configuration. Ranges are sorted
/// and canonical; defaults are left out.
[[nodiscard]] std::string toml_of(const LocationBook& book);

/// A section of a configuration: "location" and the name it has, or "mfa_trusted_ips" without one.
using SectionChoice = std::function<bool(std::string_view section, std::string_view name)>;

/// `text` without the sections `is_unwanted` says, and with `sections` at the end. Everything else
/// stays as it is written, comments included. Error: one sentence, where `text` is no TOML.
[[nodiscard]] tl::expected<std::string, std::string> replace_sections(
    std::string_view text,
    const SectionChoice& is_unwanted,
    std::string_view sections
);

}  // namespace egret::control
