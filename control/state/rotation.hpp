// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace egret::control {

/// How large a log may grow: at `max_bytes` it is put aside, and the newest `keep` of those put aside stay.
struct RotationLimits {
    uint64_t max_bytes = uint64_t{16} << 20;
    uint32_t keep = 4;  ///< 0: what is put aside goes at once
};

/// `path` with ".N" behind it: the N-th newest of the files put aside, from 1.
[[nodiscard]] std::filesystem::path rotated_path(const std::filesystem::path& path, uint32_t n);

/// Puts the file at `path` aside: PATH.1 becomes PATH.2 and so on, what would be beyond `keep` is removed, PATH becomes
/// PATH.1. From the oldest to the newest, so that a cut in between leaves a gap and loses nothing but what had to go.
/// False with errno if the file itself could not be put aside; it is as it was.
[[nodiscard]] bool rotate(const std::filesystem::path& path, uint32_t keep);

}  // namespace egret::control
