// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/policy/country_database.hpp"
#include "control/policy/what_if.hpp"
#include "locations_fixture.hpp"
#include "mmdb_writer.hpp"

#include <memory>
#include <string>

/// Places of every kind, and a small database of countries to ask with.
namespace egret::test {

inline const char* const kPlaces = R"([[location]]
name = "Lyon office"
ranges = ["203.0.113.0/29", "2001:db8:42::/48"]
trusted = true
[[location]]
name = "Partners"
ranges = ["198.51.100.0/24"]
[[location]]
name = "France"
countries = ["FR"]
[[location]]
name = "Nowhere"
countries = ["AQ"]
include_unknown = true
[[location]]
name = "By telephone"
countries = ["FR"]
country_lookup = "gps"
[mfa_trusted_ips]
ranges = ["192.0.2.0/25"]
skip_for_federated = true
)";

/// An edge of contoso.example with the places above and one policy.
inline control::Config
with_policy(const char* include, const char* exclude = "", const char* more = "grant = \"mfa\"") {
    return config_of(
        with(kEdge, "role = \"edge\"", "role = \"edge\"\ntenant = \"contoso.example\"") + kPlaces +
        "[[policy]]\nname = \"p\"\ninclude_locations = [" + include + "]\nexclude_locations = [" +
        exclude + "]\n" + more + "\n"
    );
}

inline api::IpAddress at(const char* ip) {
    return api::parse_address(ip).value();
}

/// Answers with the countries of a small database.
struct Asker {
    TempFolder folder;
    std::shared_ptr<const control::CountryDatabase> countries =
        control::CountryDatabase::open(folder.write(
                                           "c.mmdb",
                                           country_database({
                                               {"192.0.2.0/24", "FR"},
                                               {"198.51.100.0/24", "DE"},
                                               {"2001:db8:42::/48", "FR"},
                                           })
                                       ))
            .value();

    [[nodiscard]] control::WhatIf
    ask(const control::Config& config, const control::SignInContext& context) const {
        return evaluate(config, control::PolicyTable(config, countries), context);
    }

    [[nodiscard]] bool applies(const control::Config& config, const control::SignInContext& context)
        const {
        return ask(config, context).policies.at(0).applied;
    }

    [[nodiscard]] bool applies(const control::Config& config, const char* ip) const {
        return applies(config, control::SignInContext{.ip = at(ip)});
    }

    [[nodiscard]] std::string
    reason(const control::Config& config, const control::SignInContext& context) const {
        return ask(config, context).policies.at(0).reasons.back();
    }
};
}  // namespace egret::test
