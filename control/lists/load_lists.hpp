// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/config/finding.hpp"
#include "control/lists/entry.hpp"
#include "control/lists/list_store.hpp"

#include <cstdint>
#include <vector>

namespace egret::control {

/// Where lists come from beside the configuration.
struct ListOptions {
    /// Last good copies; nullptr: there are none, and nothing is kept of earlier versions.
    const ListStore* store = nullptr;
    uint64_t now_ns = 0;  ///< since 1970; only looked at with a store
    /// A `file:` source is taken from its copy where there is one: for a generation that was accepted
    /// before, whose files may have vanished since.
    bool prefers_copies = false;
    /// A download that was never made is a warning: for questions about the configuration alone.
    bool may_lack_downloads = false;
};

/// Reads every list of `config`, in its order, and takes from each what its `minus` names. One that is
/// wrong is reported and stays empty. Nothing is downloaded here.
[[nodiscard]] std::vector<List>
load_lists(const Config& config, Findings& findings, const ListOptions& options = {});

}  // namespace egret::control
