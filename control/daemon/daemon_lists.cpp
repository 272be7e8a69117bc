// SPDX-License-Identifier: Apache-2.0
// What the daemon does when lists change or are not there, and when hours of rules begin or end.
#include "control/config/load.hpp"
#include "control/daemon/clock.hpp"
#include "control/daemon/daemon.hpp"

#include <utility>

namespace egret::control {
namespace {

/// How long a node without lists it needs waits before it asks for them again.
constexpr uint64_t kLoadAgainNs = 60'000'000'000;

/// How long new lists, and hours that begin or end, wait for a push that is under way.
constexpr uint64_t kRebuildAgainNs = 200'000'000;

}  // namespace

/// A generation that was accepted before lacks a list that is downloaded: its copy is gone. It is downloaded again, until it
/// comes or something is pushed.
void Daemon::fetch_and_load() {
    Findings ignored("running.toml");
    const auto config = load_config(state_.running_path(), ignored);
    if (node_.book().current() != nullptr || !config || !lists_.lacks_copies(*config)) {
        return;
    }
    lists_.fetch_missing(*config, [this, config = *config] {
        if (node_.book().current() == nullptr && !lists_.lacks_copies(config)) {
            node_.when_slots_known([this] { apply_running(); });
        }
        load_timer_.set(read_clocks().now_ns + kLoadAgainNs);
    });
}

/// The running generation once more, with the lists and the hours of rules as they are now. Flows keep their verdicts, sessions their counters.
void Daemon::rebuild() {
    if (pusher_.is_under_way()) {
        // What is pushed reads the lists itself; should it be refused, the running generation has its turn.
        rebuild_timer_.set(read_clocks().now_ns + kRebuildAgainNs);
    } else if (node_.book().current() != nullptr) {
        apply_running();
    }
}

/// The generation of the state directory, with the lists as they are now.
void Daemon::apply_running() {
    SlotBook slots = node_.slots();
    const GenerationBook::Shared generation = on_reload(slots);
    if (generation == nullptr || !objection(*generation).empty()) {
        return;
    }
    node_.apply(
        generation,
        std::move(slots),
        [this](const tl::expected<void, std::string>& applied) {
            if (!applied) {
                log_.error("configuration not built anew", {{"reason", applied.error()}});
            }
        }
    );
}

}  // namespace egret::control
