// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <tl/expected.hpp>

namespace egret::control {

/// Puts `content` in the place of what `path` names, so that a reader, and whoever looks after a power cut, finds either the
/// old content or the new, whole: written beside it, synced, renamed, and the folder synced. The file has `mode` from its
/// first byte on. Error: one sentence with the path; what was there is as it was, but for an error of the last sync.
[[nodiscard]] tl::expected<void, std::string>
write_durably(const std::filesystem::path& path, std::string_view content, mode_t mode);

/// The two halves of `write_durably`, for content that must be safe before it is known whether it will be used:
/// `prepare_durably` writes and syncs it as `path`, `commit_durably` gives it the name `live`.
[[nodiscard]] tl::expected<void, std::string>
prepare_durably(const std::filesystem::path& path, std::string_view content, mode_t mode);
[[nodiscard]] tl::expected<void, std::string>
commit_durably(const std::filesystem::path& path, const std::filesystem::path& live);

/// Takes a name away, durably. Error: one sentence; that there is no such file is none.
[[nodiscard]] tl::expected<void, std::string> remove_durably(const std::filesystem::path& path);

}  // namespace egret::control
