// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/reconcile/entra_export.hpp"

#include <egret/api/address.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace egret::control {

/// One of our sign-in records (contract section 6), as far as it can be compared.
struct OwnSignIn {
    uint64_t time_ns = 0;  ///< when the flow opened
    std::string site;
    std::string server_name;
    std::string destination;
    api::IpAddress ip;      ///< what the service saw
    api::IpAddress origin;  ///< the claim; may be absent
    api::IpAddress outer;   ///< where the tunnel's datagrams came from
    bool signaling = false;
    bool is_restored = false;  ///< presented as origin or anchor, not as the edge's own address
    std::vector<SeenLocation> locations;
    bool blocks = false;            ///< our evaluation of the enabled policies
    bool demands_controls = false;  ///< the same
};

struct OwnSignIns {
    std::vector<OwnSignIn> sign_ins;  ///< by time
    size_t n_unusable = 0;            ///< lines that are no records, such as one a power cut ended
};

/// Adds the records in `text`, one JSON object a line, to `all`, which stays sorted.
void add_own_records(std::string_view text, OwnSignIns& all);

}  // namespace egret::control
