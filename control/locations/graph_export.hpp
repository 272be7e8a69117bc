// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/locations/location_book.hpp"

#include <string>

namespace egret::control {

/// The locations of a book as a Graph list response, each as it can be posted to
/// `/identity/conditionalAccess/namedLocations`: exact types, canonical ranges, no ids or times,
/// which are Graph's. Policies and MFA trusted IPs have no place in it. Indented; ends with a
/// newline.
[[nodiscard]] std::string graph_of(const LocationBook& book);

/// The switch `[signaling] enabled` as Graph's conditionalAccessSettings, which is a resource of its own: as
/// it can be sent by PATCH to `/networkAccess/settings/conditionalAccess` (beta) and as GET answers. Indented;
/// ends with a newline.
[[nodiscard]] std::string graph_settings_of(bool signaling);

}  // namespace egret::control
