// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/state_directory.hpp"

#include "control/config/prescan.hpp"
#include "control/config/read_file.hpp"
#include "control/state/durable_file.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <set>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace egret::control {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHighest = "highest";
constexpr const char* kHistory = "history.json";
constexpr const char* kGenerations = "generations";
constexpr size_t kMaxHistoryBytes = 256 * 1024;
/// A router's flash is small, and a configuration may have megabytes.
constexpr uint64_t kMaxKeptBytes = uint64_t{64} << 20;

/// Configurations name internal networks and peers: nobody else's to read.
constexpr mode_t kMode = S_IRUSR | S_IWUSR;

tl::expected<void, std::string> check_folder(const fs::path& path) {
    struct stat status {};

    if (stat(path.c_str(), &status) != 0) {
        return tl::unexpected(fmt::format("{}: {}", path.string(), std::strerror(errno)));
    }
    if (!S_ISDIR(status.st_mode)) {
        return tl::unexpected(path.string() + ": is no folder");
    }
    if (status.st_uid != 0 && status.st_uid != geteuid()) {
        return tl::unexpected(fmt::format(
            "{}: belongs to user {}, but the keys in it are trusted: chown it to user {}",
            path.string(),
            status.st_uid,
            geteuid()
        ));
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return tl::unexpected(path.string() + ": others may write to it; chmod go-w it");
    }
    return {};
}

tl::expected<api::Descriptor, std::string> take_lock(const fs::path& folder) {
    const fs::path path = folder / "lock";
    api::Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kMode));
    if (!lock.open()) {
        return tl::unexpected(fmt::format("{}: {}", path.string(), std::strerror(errno)));
    }
    if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        return tl::unexpected(folder.string() + ": another egretd uses this state directory");
    }
    return lock;
}

/// A file that is there and holds no number is an error: taken for 0, it would let old generations in again.
tl::expected<uint64_t, std::string> read_highest(const fs::path& folder) {
    const fs::path path = folder / kHighest;
    std::error_code failure;
    if (!fs::exists(path, failure) && !failure) {
        return 0;
    }
    constexpr size_t kMaxBytes = 64;
    const auto text = read_file(path, kMaxBytes);
    if (!text) {
        return tl::unexpected(path.string() + ": " + text.error());
    }
    uint64_t highest = 0;
    const char* end = text->data() + text->size();
    const auto [stop, status] = std::from_chars(text->data(), end, highest);
    if (status != std::errc() || std::string_view(stop, end) != "\n") {
        return tl::unexpected(
            path.string() + ": holds no number; write the highest generation ever pushed into it"
        );
    }
    return highest;
}

}  // namespace

tl::expected<StateDirectory, std::string> StateDirectory::open(const fs::path& path) {
    if (const auto good = check_folder(path); !good) {
        return tl::unexpected(good.error());
    }
    auto lock = take_lock(path);
    if (!lock) {
        return tl::unexpected(lock.error());
    }
    const auto highest = read_highest(path);
    if (!highest) {
        return tl::unexpected(highest.error());
    }
    StateDirectory state(path, std::move(*lock), *highest);
    if (auto made = state.make_folder(); !made) {
        return tl::unexpected(made.error());
    }
    state.read_history();
    if (auto followed = state.follow_history(); !followed) {
        return tl::unexpected(followed.error());
    }
    state.remove_strays();
    return state;
}

fs::path StateDirectory::generation_path(uint64_t generation) const {
    return path_ / kGenerations / fmt::format("{}.toml", generation);
}

bool StateDirectory::is_in_history(uint64_t generation) const noexcept {
    return std::ranges::find(history_, generation, &HistoryEntry::generation) != history_.end();
}

tl::expected<void, std::string> StateDirectory::make_folder() const {
    const fs::path folder = path_ / kGenerations;
    if (mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        return tl::unexpected(fmt::format("{}: {}", folder.string(), std::strerror(errno)));
    }
    return {};
}

/// A broken history must not keep a node from running what it runs: it goes on without, and old generations stay out by
/// `highest`.
void StateDirectory::read_history() {
    const fs::path path = path_ / kHistory;
    std::error_code failure;
    if (!fs::exists(path, failure)) {
        return;
    }
    const auto text = read_file(path, kMaxHistoryBytes);
    const auto history = text ? parse_history(*text) : tl::unexpected(text.error());
    if (history) {
        history_ = *history;
        return;
    }
    problem_ = fmt::format(
        "{}: {}: it is kept as history.broken, and the node goes on with running.toml",
        path.string(),
        history.error()
    );
    rename(path.c_str(), (path_ / "history.broken").c_str());
}

/// What the generations of a history take on disk.
uint64_t StateDirectory::bytes_of(const History& history) const {
    std::set<uint64_t> generations;
    uint64_t bytes = 0;
    for (const HistoryEntry& entry : history) {
        std::error_code failure;
        const auto size = fs::file_size(generation_path(entry.generation), failure);
        bytes += generations.insert(entry.generation).second && !failure ? size : 0;
    }
    return bytes;
}

tl::expected<void, std::string> StateDirectory::replace_history(History next) {
    // What runs and what ran before it stay, however large they are.
    while (next.size() > kMaxHistory || (next.size() > 2 && bytes_of(next) > kMaxKeptBytes)) {
        next.erase(next.begin());
    }
    auto written = write_durably(path_ / kHistory, history_text(next), kMode);
    if (written) {
        history_ = std::move(next);
    }
    return written;
}

/// Brings `highest` and running.toml to what the history says, whichever of them a power cut kept from it.
tl::expected<void, std::string> StateDirectory::follow_history() {
    if (history_.empty()) {
        return {};
    }
    const uint64_t newest = std::ranges::max(history_, {}, &HistoryEntry::generation).generation;
    if (newest > highest_) {
        auto written = write_durably(path_ / kHighest, fmt::format("{}\n", newest), kMode);
        if (!written) {
            return written;
        }
        highest_ = newest;
    }
    const auto wanted = toml_of(history_.back().generation);
    if (!wanted) {
        problem_ = wanted.error();
        return {};
    }
    if (read_file(running_path(), kMaxConfigBytes) == wanted) {
        return {};
    }
    return write_durably(running_path(), *wanted, kMode);
}

/// What a power cut left half done, and generations the history has forgotten.
void StateDirectory::remove_strays() const {
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(path_ / kGenerations, ignored)) {
        const std::string name = entry.path().filename();
        const bool is_kept = std::ranges::any_of(history_, [&](const HistoryEntry& known) {
            return name == fmt::format("{}.toml", known.generation);
        });
        if (!is_kept) {
            unlink(entry.path().c_str());
        }
    }
    for (const fs::directory_entry& entry : fs::directory_iterator(path_, ignored)) {
        if (entry.path().extension() == ".new") {
            unlink(entry.path().c_str());
        }
    }
}

tl::expected<void, std::string> StateDirectory::adopt(uint64_t generation, uint64_t unix_ns) {
    const auto toml = read_file(running_path(), kMaxConfigBytes);
    if (!toml) {
        return tl::unexpected(running_path().string() + ": " + toml.error());
    }
    if (auto prepared = prepare(generation, *toml); !prepared) {
        return prepared;
    }
    return commit(
        {.generation = generation,
         .cause = HistoryCause::found,
         .unix_ns = unix_ns,
         .by = std::nullopt,
         .signed_by = {},
         .provisional = std::nullopt}
    );
}

tl::expected<void, std::string>
StateDirectory::prepare(uint64_t generation, std::string_view toml) {
    // Under its final name only when whole: the folder may hold a generation of that number that was refused before.
    return write_durably(generation_path(generation), toml, kMode);
}

tl::expected<void, std::string> StateDirectory::commit(HistoryEntry entry) {
    History next = history_;
    next.push_back(std::move(entry));
    if (auto replaced = replace_history(std::move(next)); !replaced) {
        return replaced;
    }
    auto followed = follow_history();
    remove_strays();
    return followed;
}

tl::expected<void, std::string> StateDirectory::confirm(uint64_t unix_ns) {
    History next = history_;
    next.back().confirmed_unix_ns = unix_ns;
    return replace_history(std::move(next));
}

void StateDirectory::discard(uint64_t generation) noexcept {
    if (!is_in_history(generation)) {
        unlink(generation_path(generation).c_str());
    }
}

tl::expected<std::string, std::string> StateDirectory::toml_of(uint64_t generation) const {
    if (!is_in_history(generation)) {
        return tl::unexpected(
            fmt::format("generation {} is not kept: egret history shows those that are", generation)
        );
    }
    auto toml = read_file(generation_path(generation), kMaxConfigBytes);
    if (!toml) {
        return tl::unexpected(generation_path(generation).string() + ": " + toml.error());
    }
    return std::move(*toml);
}

}  // namespace egret::control
