// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tables/flow.hpp"

#include <egret/api/address.hpp>

namespace egret::replay {

/// A stand-in flow for the translate stage: forwards it turns source `inner` into `outer`, backwards destination `outer`
/// into `inner`. This is how replay does what routers and the internet do between recorded hosts.
[[nodiscard]] Flow translator(const api::Endpoint& inner, const api::Endpoint& outer);

}  // namespace egret::replay
