// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"

#include <string>
#include <string_view>
#include <vector>

/// The interlock of design section 9: which pushes would move users out of the locations their
/// policies rely on.
///
/// A push is judged by the enabled policies of the running **and** of the new generation, each with
/// its own locations, so that removing a policy, or widening a location, and what it would have
/// forbidden take two pushes. What matters is what a policy decides: another address in the same
/// location is no harm. Report-only and disabled policies forbid nothing.
namespace egret::control {

enum class InterlockCause : uint8_t { signaling_off, origins, present, uplink };

struct InterlockRefusal {
    InterlockCause cause = InterlockCause::signaling_off;
    std::string policy;
    Grant grant = Grant::block;
    std::string uplink;                  ///< of InterlockCause::uplink
    std::vector<std::string> sites;      ///< all of them
    std::vector<std::string> addresses;  ///< what their sign-ins would come from; may be empty
    std::string message;                 ///< one sentence, without what to do
};

/// Why `next` must not follow `running` unless forced; empty if it may. `running` is nullptr where
/// nothing runs yet: then only the new generation's uplinks can be wrong.
///
/// Usage: `egretd` before it builds a push, `egret check --against` anywhere.
/// Cost: reads the country databases of both; searches for every site and policy. Threads: none.
[[nodiscard]] std::vector<InterlockRefusal> interlock(const Config* running, const Config& next);

/// All of it for an operator: one line per refusal, then what to do. Empty if there is none.
[[nodiscard]] std::string to_text(const std::vector<InterlockRefusal>& refusals);

/// What to do after a refusal: one paragraph.
[[nodiscard]] std::string_view interlock_advice() noexcept;

/// "signaling_off", "origins", "present", "uplink".
[[nodiscard]] std::string_view name_of(InterlockCause cause) noexcept;

}  // namespace egret::control
