// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/channel.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace egret::control {

/// What a node keeps across restarts and power cuts:
///
///     running.toml   the live generation, as it was pushed; relative `file:` paths are taken from here
///     next-N.toml    generation N on its way: prepared while it is not known whether the dataplane takes it, accepted as soon
///                    as `highest` says N; a power cut later only its name is missing, and `open` gives it that
///     highest        the highest generation ever accepted, one decimal number; survives whatever becomes of running.toml
///     lock           held by the egretd that uses the folder
///
/// Key files and lists lie where the configuration says. Threads: one owner.
class StateDirectory {
  public:
    /// Takes the folder, which must exist and belong to this process's user or root, and nobody else may write to.
    /// Error: one sentence, for instance that another egretd has it.
    [[nodiscard]] static tl::expected<StateDirectory, std::string> open(
        const std::filesystem::path& path
    );

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    [[nodiscard]] std::filesystem::path running_path() const { return path_ / "running.toml"; }

    /// 0: none was ever accepted.
    [[nodiscard]] uint64_t highest() const noexcept { return highest_; }

    /// Makes a generation above `highest` durable without making it the running one, so that what can fail for want of room
    /// has failed before the generation is live.
    [[nodiscard]] tl::expected<void, std::string>
    prepare(uint64_t generation, std::string_view toml);

    /// The prepared generation is the running one, and the highest. After an error the state on disk is that of before or
    /// of after, never between.
    [[nodiscard]] tl::expected<void, std::string> commit(uint64_t generation);

    /// Throws the prepared generation away.
    void discard(uint64_t generation) noexcept;

  private:
    StateDirectory(std::filesystem::path path, api::Descriptor lock, uint64_t highest)
        : path_(std::move(path)),
          lock_(std::move(lock)),
          highest_(highest) {}

    [[nodiscard]] std::filesystem::path next_path(uint64_t generation) const;
    void finish_interrupted() const;

    std::filesystem::path path_;
    api::Descriptor lock_;
    uint64_t highest_;
};

}  // namespace egret::control
