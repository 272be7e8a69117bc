// SPDX-License-Identifier: Apache-2.0
#include "control/reconcile/causes.hpp"

#include <array>
#include <cstddef>

namespace egret::control {
namespace {

constexpr std::array kTexts{
    CauseText{
        Cause::through_gsa,
        "through_gsa",
        "It went through Global Secure Access, not through Egret: two products carry sign-ins of "
        "this site.",
    },
    CauseText{
        Cause::not_restored,
        "not_restored",
        "Egret carried it and presented the edge's own address: signaling was off, or the segment "
        "says present = \"edge\".",
    },
    CauseText{
        Cause::outer_address,
        "outer_address",
        "Entra saw the address the branch's tunnel comes from: the sign-in left the branch beside "
        "the tunnel. Look it up with "
        "`egret lookup`: no list holds its destination, or the tunnel was down and the rule says "
        "when_down = \"direct\".",
    },
    CauseText{
        Cause::no_record_in_time,
        "no_record_in_time",
        "Egret presents this address, but no record is near that time: the clocks differ, the "
        "records do not reach that far, or "
        "the sign-in left the site beside the tunnel.",
    },
    CauseText{
        Cause::neighbouring_address,
        "neighbouring_address",
        "It lies next to an address Egret presents: the provider translates to several addresses, "
        "or the site has another uplink. "
        "Give it to [egress] and to the named location.",
    },
    CauseText{
        Cause::family_not_carried,
        "family_not_carried",
        "Egret presented no address of this family: sign-ins of this family go beside the tunnel. "
        "Give [egress], the lists and the "
        "named locations addresses of both families.",
    },
    CauseText{
        Cause::elsewhere,
        "elsewhere",
        "No site of these records has this address: the client was elsewhere, or a proxy or VPN "
        "carried the sign-in.",
    },
    CauseText{
        Cause::resource_other_family,
        "resource_other_family",
        "Sign-in and resource saw different families: continuous access evaluation takes that for "
        "a move. Give the named location "
        "both families, keep clients to one (family of the branch's rule), or carry the resource "
        "too (scope = \"auth+cae\").",
    },
    CauseText{
        Cause::resource_other_site,
        "resource_other_site",
        "The resource saw another address that Egret presents: sign-in and resource took different "
        "uplinks or edges.",
    },
    CauseText{
        Cause::resource_unrestored,
        "resource_unrestored",
        "The resource saw an address of no site: a proxy carries the resource's traffic. Carry it "
        "too (scope = \"auth+cae\" with the "
        "resource's sets in the segment), or keep strict location enforcement off.",
    },
    CauseText{
        Cause::locations_differ,
        "locations_differ",
        "The tenant's named locations for this address are not this node's: import them again "
        "(`egret locations import`).",
    },
    CauseText{
        Cause::trust_differs,
        "trust_differs",
        "The tenant's trusted mark is not this node's: import the named locations again (`egret "
        "locations import`).",
    },
    CauseText{
        Cause::decision_differs,
        "decision_differs",
        "Entra decided otherwise than the location conditions say: another condition (user, "
        "application, device, risk) decided, or "
        "the policies differ.",
    },
};

}  // namespace

const CauseText& text_of(Cause cause) noexcept {
    return kTexts[static_cast<size_t>(cause)];
}

}  // namespace egret::control
