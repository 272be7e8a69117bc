// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.hpp"
#include "report.hpp"

#include <egret/crypto/aead.hpp>

#include <rte_mempool.h>

#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace egret::bench {

/// What every case works with.
struct Bench {
    const Options& options;
    Report& report;
    rte_mempool* pool;
    AeadChoices chosen;
    std::vector<const crypto::AeadBackend*> backends;  ///< all this machine has, of both suites

    [[nodiscard]] bool wants(std::string_view name) const;

    /// Those whole ways are measured with: the named ones, with --full all, else the chosen ones.
    [[nodiscard]] std::vector<const crypto::AeadBackend*> of_ways() const;

    /// Those the AEAD is measured with alone: the named ones, else all.
    [[nodiscard]] std::vector<const crypto::AeadBackend*> of_aead() const;
};

// The cases of contract section 3 and `stages`. Error: what came out was not what had to come out, or nothing could be
// measured; the text is for the terminal.
using Result = tl::expected<void, std::string>;

/// The AEAD alone, sealing and opening.
[[nodiscard]] Result run_aead(Bench& bench);
/// Cases `outbound` and `inbound`: whole ways through Node::process_burst, beside the AEAD of the same laps.
[[nodiscard]] Result run_ways(Bench& bench);
/// The same ways, stage by stage.
[[nodiscard]] Result run_stages(Bench& bench);
/// First packets of flows, with short and long lists.
[[nodiscard]] Result run_classify(Bench& bench);
[[nodiscard]] Result run_handshake(Bench& bench);
/// A long list from its file to the first packet it decides.
[[nodiscard]] Result run_push(Bench& bench);
/// What Conditional Access says of an address, with all the named locations a tenant may have.
[[nodiscard]] Result run_what_if(Bench& bench);
/// One tunnel sealed by one worker, and by two.
[[nodiscard]] Result run_scaling(Bench& bench);

}  // namespace egret::bench
