// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/state_directory.hpp"

#include "control/config/read_file.hpp"
#include "control/state/durable_file.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace egret::control {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHighest = "highest";

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
    state.finish_interrupted();
    return state;
}

fs::path StateDirectory::next_path(uint64_t generation) const {
    return path_ / fmt::format("next-{}.toml", generation);
}

/// What a power cut left: an accepted generation becomes the running one, anything else goes.
void StateDirectory::finish_interrupted() const {
    std::error_code ignored;
    if (highest_ != 0 && fs::exists(next_path(highest_), ignored)) {
        // Should it fail, the file stays, and the next start tries again.
        static_cast<void>(commit_durably(next_path(highest_), running_path()));
    }
    for (const fs::directory_entry& entry : fs::directory_iterator(path_, ignored)) {
        const std::string name = entry.path().filename();
        if (entry.path() != next_path(highest_) && name.starts_with("next-") &&
            name.ends_with(".toml")) {
            unlink(entry.path().c_str());
        }
    }
}

tl::expected<void, std::string>
StateDirectory::prepare(uint64_t generation, std::string_view toml) {
    return prepare_durably(next_path(generation), toml, kMode);
}

tl::expected<void, std::string> StateDirectory::commit(uint64_t generation) {
    if (generation > highest_) {
        auto written = write_durably(path_ / kHighest, fmt::format("{}\n", generation), kMode);
        if (!written) {
            return written;
        }
        highest_ = generation;
    }
    return commit_durably(next_path(generation), running_path());
}

void StateDirectory::discard(uint64_t generation) noexcept {
    unlink(next_path(generation).c_str());
}

}  // namespace egret::control
