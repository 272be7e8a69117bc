// SPDX-License-Identifier: Apache-2.0
#include "control/config/choices.hpp"
#include "control/config/read_config.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

/// What Graph has two types for: ranges or countries, never both.
void check_kind(const TableReader& table, Findings& findings) {
    const bool has_countries = table.has("countries") || table.has("include_unknown");
    if (!table.has("ranges") && !has_countries) {
        findings.error(table.at(), "location", "has neither ranges nor countries");
    } else if (table.has("ranges") && has_countries) {
        findings.error(
            table.at(),
            "location",
            "has both ranges and countries; make two locations of it"
        );
    }
    if (table.has("country_lookup") && !has_countries) {
        findings.error(table.at(), "location.country_lookup", "belongs to a location of countries");
    }
}

LocationSection read_location(const TableReader& table, Findings& findings) {
    LocationSection location;
    table.read("name", location.name);
    table.read("ranges", location.ranges);
    table.read("countries", location.countries);
    table.read("country_lookup", kCountryLookups, location.country_lookup);
    table.read("include_unknown", location.include_unknown);
    table.read("trusted", location.trusted);
    check_kind(table, findings);
    if (*location.trusted && location.is_by_country()) {
        findings.error(
            location.trusted.at,
            "location.trusted",
            "the identity provider trusts no countries: only a location of ranges can be trusted"
        );
    }
    return location;
}

void read_mfa_trusted_ips(
    const TableReader& table,
    MfaTrustedIpsSection& section,
    Findings& findings
) {
    table.read("ranges", section.ranges);
    table.read("skip_for_federated", section.skip_for_federated);
    section.ranges.each([&](const RangeAt& range) {
        if (range.prefix.address.family == api::Family::ipv6) {
            findings.error(
                {range.line, 1},
                "mfa_trusted_ips.ranges",
                fmt::format(
                    "{}: the identity provider takes IPv4 ranges only",
                    api::to_text(range.prefix)
                )
            );
        }
    });
}

PolicySection read_policy(const TableReader& table) {
    PolicySection policy;
    table.read("name", policy.name);
    table.read("include_locations", policy.include_locations);
    table.read("exclude_locations", policy.exclude_locations);
    table.read("grant", kGrants, policy.grant);
    table.read("state", kPolicyStates, policy.state);
    table.read("cae", kCaes, policy.cae);
    return policy;
}

}  // namespace

void read_policy_sections(const TableReader& document, Config& config, Findings& findings) {
    if (const auto table = document.table("names")) {
        table->read("learn", config.names.learn);
    }
    if (const auto table = document.table("signaling")) {
        table->read("enabled", config.signaling.enabled);
    }
    if (const auto table = document.table("restore")) {
        table->read("present", kPresents, config.restore.present);
        table->read("addresses", config.restore.addresses);
    }
    document.each("location", [&](const TableReader& table) {
        config.locations.push_back(read_location(table, findings));
    });
    if (const auto table = document.table("mfa_trusted_ips")) {
        read_mfa_trusted_ips(*table, config.mfa_trusted_ips, findings);
    }
    document.each("policy", [&](const TableReader& table) {
        config.policies.push_back(read_policy(table));
    });
    if (const auto table = document.table("geo")) {
        table->read_path("database", config.geo.database);
    }
    if (const auto table = document.table("log")) {
        table->read("level", kLogLevels, config.log.level);
        table->read("sign_ins", config.log.sign_ins);
        table->read("client_addresses", config.log.client_addresses);
        table->read("journal", config.log.journal);
        table->read("rotate_bytes", config.log.rotate_bytes);
        table->read("keep", config.log.keep);
    }
    if (const auto table = document.table("control")) {
        table->read("operators", config.control.operators);
        table->read("readers", config.control.readers);
    }
}

}  // namespace egret::control
