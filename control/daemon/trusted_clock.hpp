// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <tl/expected.hpp>

namespace egret::control {

/// The wall clock, but never earlier than what is known to be past: the time of the build, of the last shutdown and of the
/// last accepted signature. Many routers wake up in 1970, and a push that expired must not come back to life by that.
/// Threads: one owner.
class TrustedClock {
  public:
    /// `file` keeps the time across restarts; without it the build's counts. A file that holds no time is an error.
    [[nodiscard]] static tl::expected<TrustedClock, std::string> open(std::filesystem::path file);

    /// `wall_unix_ns` or what is known to be past, whichever is later.
    [[nodiscard]] uint64_t now_unix_ns(uint64_t wall_unix_ns) const noexcept {
        return wall_unix_ns > floor_unix_ns_ ? wall_unix_ns : floor_unix_ns_;
    }

    /// Where the time that is known to be past stands, for messages.
    [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }

    /// It is later than that now: durably. Error: one sentence.
    [[nodiscard]] tl::expected<void, std::string> remember(uint64_t wall_unix_ns);

  private:
    TrustedClock(std::filesystem::path file, uint64_t floor_unix_ns)
        : file_(std::move(file)),
          floor_unix_ns_(floor_unix_ns) {}

    std::filesystem::path file_;
    uint64_t floor_unix_ns_;
};

}  // namespace egret::control
