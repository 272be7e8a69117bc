// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/state/history.hpp"

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
///     history.json        which generations ran, by whom and why; its last entry is what runs, so that replacing this one file
///                         is what accepts a push and what takes one back
///     generations/N.toml  the generations the history names, as they were pushed, at most 20 and at most 64 MiB; one that it does
///                         not name is on its way, or was when the power went
///     running.toml        the live generation; relative `file:` paths are taken from here
///     highest             the highest generation ever accepted, one decimal number; kept apart, so that it survives whatever
///                         becomes of the rest
///     trusted/, clock     TrustStore, TrustedClock
///     audit.jsonl         AuditLog
///     lock                held by the egretd that uses the folder
///
/// `open` puts right what a power cut left between two of these files. Key files and lists lie where the configuration says.
/// Threads: one owner.
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

    [[nodiscard]] const History& history() const noexcept { return history_; }

    /// What `open` found wrong and went on without: one sentence; empty if nothing.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

    /// running.toml holds this generation, of which the history knows nothing: an image or a release before put it there.
    [[nodiscard]] tl::expected<void, std::string> adopt(uint64_t generation, uint64_t unix_ns);

    /// Makes a generation durable without making it the running one, so that what can fail for want of room has failed
    /// before the generation is live.
    [[nodiscard]] tl::expected<void, std::string>
    prepare(uint64_t generation, std::string_view toml);

    /// A prepared generation, or one of the history, is the running one from now on. After an error the state on disk is
    /// that of before or of after, never between.
    [[nodiscard]] tl::expected<void, std::string> commit(HistoryEntry entry);

    /// The running generation, which was provisional, stays.
    [[nodiscard]] tl::expected<void, std::string> confirm(uint64_t unix_ns);

    /// Throws a prepared generation away.
    void discard(uint64_t generation) noexcept;

    /// The text of a generation of the history. Error: one sentence.
    [[nodiscard]] tl::expected<std::string, std::string> toml_of(uint64_t generation) const;

  private:
    StateDirectory(std::filesystem::path path, api::Descriptor lock, uint64_t highest)
        : path_(std::move(path)),
          lock_(std::move(lock)),
          highest_(highest) {}

    [[nodiscard]] std::filesystem::path generation_path(uint64_t generation) const;
    [[nodiscard]] bool is_in_history(uint64_t generation) const noexcept;
    [[nodiscard]] tl::expected<void, std::string> make_folder() const;
    void read_history();
    [[nodiscard]] uint64_t bytes_of(const History& history) const;
    [[nodiscard]] tl::expected<void, std::string> replace_history(History next);
    [[nodiscard]] tl::expected<void, std::string> follow_history();
    void remove_strays() const;

    std::filesystem::path path_;
    api::Descriptor lock_;
    uint64_t highest_;
    History history_;
    std::string problem_;
};

}  // namespace egret::control
