// SPDX-License-Identifier: Apache-2.0
#include "control/config/choices.hpp"
#include "control/config/cross_check.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

/// Calls `check(present)` for every way this edge may present a flow.
template <class Check>
void each_present(const Config& config, Check check) {
    check(config.restore.present, "restore.present");
    for (const SegmentSection& segment : config.segments) {
        if (segment.present) {
            check(*segment.present, "segment.present");
        }
    }
}

/// `anchor` and `edge` send from the pool.
void check_pool(const Config& config, Findings& findings) {
    each_present(config, [&](const Located<api::Present>& present, std::string_view key) {
        if (*present != api::Present::origin && config.restore.addresses.empty()) {
            findings.error(
                present.at,
                key,
                fmt::format("\"{}\" needs [restore] addresses", spelling_of(kPresents, *present))
            );
        }
    });
}

/// An observed address alone does not show that the site may use it (design section 7).
void check_origin_is_registered(const Config& config, Findings& findings) {
    bool presents_origins = false;
    each_present(config, [&](const Located<api::Present>& present, std::string_view) {
        presents_origins = presents_origins || *present == api::Present::origin;
    });
    for (const PeerSection& peer : config.peers) {
        if (presents_origins && *peer.verify == api::Verify::observed) {
            findings.error(
                peer.verify.at,
                "peer.verify",
                "\"observed\" is not enough to present origins: use \"registered\" or \"both\""
            );
        }
    }
}

}  // namespace

void check_restore(const Config& config, Findings& findings) {
    if (*config.node.role != api::Role::edge) {
        return;
    }
    check_pool(config, findings);
    check_origin_is_registered(config, findings);
}

}  // namespace egret::control
