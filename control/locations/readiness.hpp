// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/config/finding.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Which sites could live with strict location enforcement: rows A20, B32 and B33 of the domain
/// page. Strict blocks a user as soon as a service sees an address that is not allowed, so both the
/// sign-in and every service must see addresses of the site's own that a location lists.
namespace egret::control {

/// The three kinds of networks the identity provider tells apart.
enum class Topology : uint8_t {
    everywhere,    ///< own and listed for sign-in and services: tokens of up to 28 hours
    sign_in_only,  ///< for sign-in alone: tokens of one hour
    shared,        ///< not even that: locations of addresses are no use here
};

struct SiteReadiness {
    std::string site;
    Topology topology = Topology::shared;
    std::vector<std::string> reasons;  ///< sentences
};

struct Readiness {
    std::vector<SiteReadiness> sites;
    /// Services that check locations themselves and that no tunnelled segment of scope `auth+cae`
    /// brings along.
    std::vector<std::string> uncovered;
};

/// Looks at configuration alone: which parts of `m365` lists the tunnelled segments select. Lists
/// of other formats cover nothing here.
[[nodiscard]] Readiness readiness_of(const Config& config);

/// What contradicts itself: a strict policy while services are uncovered (an error), a segment of
/// scope `auth+cae` that lacks one (a warning).
void check_strictness(const Config& config, Findings& findings);

/// "everywhere", "sign-in-only", "shared".
[[nodiscard]] std::string_view name_of(Topology topology) noexcept;

}  // namespace egret::control
