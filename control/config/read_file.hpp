// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <tl/expected.hpp>

namespace egret::control {

/// The whole content of a regular file of at most `max_bytes`, or one sentence that says why not,
/// without the path. Cold path; no shared state.
[[nodiscard]] tl::expected<std::string, std::string>
read_file(const std::filesystem::path& path, size_t max_bytes);

}  // namespace egret::control
