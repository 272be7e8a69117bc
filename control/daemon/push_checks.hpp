// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"
#include "control/config/finding.hpp"
#include "control/config/tree.hpp"
#include "control/daemon/state_directory.hpp"
#include "control/daemon/trusted_clock.hpp"
#include "control/lists/list_store.hpp"
#include "control/state/history.hpp"
#include "control/state/push_comment.hpp"
#include "control/state/trust_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace egret::control {

struct PushRequest {
    std::string name;  ///< what findings call the file
    std::string toml;
    std::string signature;  ///< the text of a minisign signature file; empty: unsigned
    Operator by;
    bool dry_run = false;  ///< everything is checked, nothing changed
    bool force = false;    ///< the interlock warns instead of refusing
    /// Taken back unless it is confirmed in time; 0: it stays.
    uint64_t confirm_within_s = 0;
};

/// The least and the most `confirm_within_s` may be.
inline constexpr uint64_t kMinConfirmWithinS = 10;
inline constexpr uint64_t kMaxConfirmWithinS = 24 * 60 * 60;

/// What a push is held against. All borrowed.
struct PushJudges {
    const StateDirectory& state;
    const TrustStore& trust;
    const TrustedClock& clock;
    const Config* running;   ///< nullptr: none yet
    const ListStore& lists;  ///< last good copies
    uint64_t wall_unix_ns;
};

/// A push on its way through the checks, and what they found out.
struct PushCase {
    const PushRequest& request;
    const PushJudges& judges;
    SlotBook& slots;  ///< to compile with
    Findings findings;
    bool is_forced = false;              ///< the interlock would have refused, or the deletion rule
    std::string signed_by;               ///< the key's name; empty: unsigned
    std::optional<PushComment> comment;  ///< of a signed push
    std::optional<Value> document;
    std::optional<Config> config;
    std::optional<Generation> generation;
};

/// Where a push was refused and why: one sentence that says what to do.
struct PushRefusal {
    std::string_view stage;
    std::string message;
};

/// Holds a push against everything there is, in the order of design section 9: size, signature, node, generation, expiry,
/// nesting depth, TOML, schema, cross references, interlock, build. The first stage that refuses ends it; nothing but `push`
/// changes. Done: `push.generation` is there.
[[nodiscard]] std::optional<PushRefusal> check_push(PushCase& push);

// Its two halves: everything that takes the push's own bytes only, and reading lists and keys and compiling them.
[[nodiscard]] std::optional<PushRefusal> check_before_build(PushCase& push);
[[nodiscard]] std::optional<PushRefusal> check_build(PushCase& push);

/// The names of the stages in their order.
[[nodiscard]] std::vector<std::string_view> push_stages();

}  // namespace egret::control
