// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace egret::control {

/// A named location as Entra's log names it.
struct SeenLocation {
    std::string name;
    bool is_trusted = false;

    friend auto operator<=>(const SeenLocation&, const SeenLocation&) = default;
};

/// One sign-in of an exported Entra log; absent members are empty.
struct EntraSignIn {
    uint64_t time_ns = 0;
    std::string id;  ///< `id`, else `correlationId`
    std::string application;
    std::string resource;
    api::IpAddress ip;  ///< the client's, as the sign-in service saw it
    api::IpAddress
        resource_ip;  ///< as the resource saw it; Entra leaves it out where it is the same
    bool is_through_gsa = false;
    api::IpAddress gsa_ip;
    bool has_locations = false;           ///< the export has networkLocationDetails
    std::vector<SeenLocation> locations;  ///< sorted
    std::string policy_status;            ///< success, failure, notApplied
};

struct EntraExport {
    std::vector<EntraSignIn> sign_ins;  ///< by time
    size_t n_unusable = 0;              ///< entries without a time or an address
};

/// Largest export: as many sign-ins as a few days of a large tenant have.
inline constexpr size_t kMaxExportBytes = size_t{256} << 20;

/// Reads sign-ins as Microsoft exports them, told apart by what is there (domain page 2.2):
/// a JSON array, as the portal downloads it; Graph's answer `{"value": [...]}`; diagnostic settings' `{"records": [...]}`; or one
/// object a line. Members are spelled as in Graph (`ipAddress`) or as in Log Analytics (`IPAddress`), in the object itself or
/// below `properties`; networkLocationDetails may be a text that holds JSON. IPv4-mapped addresses count as IPv4.
/// Error: one sentence.
[[nodiscard]] tl::expected<EntraExport, std::string> parse_entra_export(std::string_view text);

}  // namespace egret::control
