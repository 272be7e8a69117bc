// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/policy/interlock.hpp"
#include "control/policy/presented.hpp"

#include <string>
#include <vector>

namespace egret::control {

/// One site whose sign-ins would come from elsewhere, or could after a failover.
struct PresentedChange {
    InterlockCause cause = InterlockCause::origins;
    std::string uplink;  ///< of InterlockCause::uplink
    PresentedSite before;
    PresentedSite after;
};

/// What differs between two generations for the services, site by site. `running` may be nullptr.
[[nodiscard]] std::vector<PresentedChange>
presented_changes(const Config* running, const Config& next);

/// The refusal's sentence. `from` and `to` are the addresses of its first site, `reliance` the
/// location that spared it or takes it in.
struct InterlockSentence {
    std::string from;
    std::string to;
    std::string spared_by;    ///< empty: the policy did not include the address
    std::string included_by;  ///< of `to`, where it does
    bool applies_after = true;
};

[[nodiscard]] std::string
sentence_of(const InterlockRefusal& refusal, const InterlockSentence& parts);

}  // namespace egret::control
