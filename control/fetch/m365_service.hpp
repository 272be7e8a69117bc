// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/list_copy.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Microsoft 365's endpoints web service beside its list (domain page section 3.1): which version is
/// the latest, and from when what is new will be used.
namespace egret::control {

/// The service behind an address of the form `https://HOST/endpoints/INSTANCE`.
struct M365Service {
    std::string base;      ///< "https://HOST"
    std::string instance;  ///< "Worldwide"
    std::string query;     ///< what stood behind the question mark

    /// Nothing for an address that is not of this form: a plain file.
    [[nodiscard]] static std::optional<M365Service> of(std::string_view source);

    // Its three addresses; `id` is a GUID that stays the same.
    [[nodiscard]] std::string version_url(const std::string& id) const;
    [[nodiscard]] std::string endpoints_url(const std::string& id) const;
    [[nodiscard]] std::string changes_url(const std::string& version, const std::string& id) const;
};

/// YYYYMMDDNN: ten digits, compared as text.
[[nodiscard]] bool is_m365_version(std::string_view version) noexcept;

/// The version an answer of the version service calls the latest; nothing if it is none.
[[nodiscard]] std::optional<std::string> latest_m365_version(const std::string& answer);

/// When a version was published, in ns since 1970: the day its first eight digits name.
[[nodiscard]] uint64_t m365_version_ns(std::string_view version) noexcept;

/// The additions of an answer of the changes service that name the day they are used from; at most
/// 10,000. One that cannot be read gives none: the days are for people.
[[nodiscard]] std::vector<ComingEntry> m365_additions(const std::string& answer);

}  // namespace egret::control
