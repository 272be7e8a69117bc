// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"

#include <string>
#include <vector>

/// Which addresses a service sees a site's sign-ins from, as far as one configuration says.
namespace egret::control {

struct PresentedSite {
    std::string site;
    std::string tenant;  ///< empty: none
    std::vector<api::Prefix> addresses;
    bool is_unknown =
        false;  ///< it may be any address: nothing is restored, or it is yet to be found
};

/// Every site a configuration speaks for: the own one at a branch, those of the peers at an edge,
/// once each, in file order; of a branch what its tunnel rules let through. Restoration that is off and sends from no known pool is unknown.
[[nodiscard]] std::vector<PresentedSite> presented_sites(const Config& config);

/// What a branch is seen as through one of its uplinks.
[[nodiscard]] PresentedSite presented_by(const Config& branch, const EgressSection& egress);

/// The same for tunnelled flows alone: without addresses of a family that every tunnel rule refuses.
[[nodiscard]] PresentedSite tunnelled_by(const Config& branch, const EgressSection& egress);

}  // namespace egret::control
