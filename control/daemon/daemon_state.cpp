// SPDX-License-Identifier: Apache-2.0
// What the daemon keeps in its state directory, and who may ask about it.
#include "control/daemon/clock.hpp"
#include "control/daemon/daemon.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

namespace egret::control {
namespace {

constexpr auto kPass = std::filesystem::perms::others_exec;

bool others_may_pass(const std::filesystem::path& folder) {
    std::error_code ignored;
    const auto mode = std::filesystem::status(folder, ignored).permissions();
    return (mode & kPass) != std::filesystem::perms::none;
}

void let_others_pass(const std::filesystem::path& folder, bool may) {
    using std::filesystem::perm_options;
    std::error_code ignored;  // another user's folder: its mode is theirs to choose
    std::filesystem::permissions(
        folder,
        kPass,
        may ? perm_options::add : perm_options::remove,
        ignored
    );
}

}  // namespace

tl::expected<Daemon::Kept, std::string> Daemon::open_state(const std::filesystem::path& path) {
    auto state = StateDirectory::open(path);
    if (!state) {
        return tl::unexpected(state.error());
    }
    auto trust = TrustStore::open(path / "trusted");
    if (!trust) {
        return tl::unexpected(trust.error());
    }
    auto clock = TrustedClock::open(path / "clock");
    if (!clock) {
        return tl::unexpected(clock.error());
    }
    return Kept{std::move(*state), std::move(*trust), std::move(*clock)};
}

void Daemon::end() {
    service_.stopping();
    if (const auto kept = clock_.remember(read_clocks().unix_ns); !kept) {
        log_.error("time not kept", {{"reason", kept.error()}});
    }
}

/// A provisional generation whose boot is over is taken back at once: its deadline means nothing any more, and a machine that
/// started anew before anybody confirmed was more likely cut off than well.
void Daemon::settle_provisional() {
    const History& history = state_.history();
    if (history.size() < 2 || !history.back().is_provisional() ||
        (!boot_id_.empty() && history.back().provisional->boot_id == boot_id_)) {
        return;
    }
    HistoryEntry entry;
    entry.generation = history[history.size() - 2].generation;
    entry.cause = HistoryCause::restarted;
    entry.unix_ns = read_clocks().unix_ns;
    const std::string number = std::to_string(entry.generation);
    const auto committed = state_.commit(std::move(entry));
    log_.warning(
        "rolled back: the machine started anew before the generation was confirmed",
        {{"generation", number}, {"problem", committed ? "" : committed.error()}}
    );
}

/// An image, or a release without history, put it there.
void Daemon::adopt_found(const Generation& generation) {
    if (!state_.history().empty()) {
        return;
    }
    const auto adopted = state_.adopt(generation.tables.generation, read_clocks().unix_ns);
    if (!adopted) {
        log_.error("history not begun", {{"reason", adopted.error()}});
    }
}

/// A group that has gone since the push leaves its members without a right.
void Daemon::serve_roles(const Generation& generation) {
    const auto roles = Roles::of(generation.config.control);
    roles_ = roles.value_or(Roles());
    roles_problem_ = roles ? std::string() : roles.error();
    operators_->let_others_connect(roles_.has_groups());
    open_run_directory(roles_.has_groups());
}

/// Whether everybody may pass through the run directory to the operators' socket; the other sockets in it have modes of their
/// own. Only what was opened here is closed again: the folder may be shared with others.
void Daemon::open_run_directory(bool may) {
    const bool is_open = others_may_pass(options_.run_directory);
    if (may && !is_open) {
        let_others_pass(options_.run_directory, true);
        has_opened_run_directory_ = true;
    } else if (!may && has_opened_run_directory_) {
        let_others_pass(options_.run_directory, false);
        has_opened_run_directory_ = false;
    }
}

void Daemon::note_turned_away(const UnixPeer& peer, const std::string& why) {
    audit_.write({
        .peer = peer,
        .right = Right::none,
        .command = {},
        .result = "refused",
        .message = why,
        .signed_by = {},
        .may_repeat = true,
    });
}

}  // namespace egret::control
