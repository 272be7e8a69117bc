// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace egret::control {

/// Why an Entra sign-in and our records do not say the same, the likeliest reason first found.
enum class Cause : uint8_t {
    through_gsa,            ///< another product carried it
    not_restored,           ///< Egret carried it and presented the edge's own address
    outer_address,          ///< Entra saw the address the branch's tunnel comes from
    no_record_in_time,      ///< an address we present, but not then
    neighbouring_address,   ///< near an address we present
    family_not_carried,     ///< of a family we never presented
    elsewhere,              ///< no address of ours
    resource_other_family,  ///< the resource saw the other family
    resource_other_site,    ///< the resource saw an address we present for another client or site
    resource_unrestored,    ///< the resource saw an address of nobody's site
    locations_differ,       ///< the tenant's named locations are not ours
    trust_differs,          ///< the same names, another trusted mark
    decision_differs,       ///< Entra decided otherwise than our evaluation
};

/// How a cause is called in JSON, and what it means and asks for, as one or two sentences.
struct CauseText {
    Cause cause;
    std::string_view name;
    std::string_view sentence;
};

[[nodiscard]] const CauseText& text_of(Cause cause) noexcept;

}  // namespace egret::control
