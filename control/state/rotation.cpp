// SPDX-License-Identifier: Apache-2.0
#include "control/state/rotation.hpp"

#include <cerrno>
#include <cstdio>
#include <string>
#include <unistd.h>

namespace egret::control {

namespace fs = std::filesystem;

fs::path rotated_path(const fs::path& path, uint32_t n) {
    return path.string() + "." + std::to_string(n);
}

bool rotate(const fs::path& path, uint32_t keep) {
    if (keep == 0) {
        return unlink(path.c_str()) == 0 || errno == ENOENT;
    }
    // A smaller `keep` than before leaves more behind than one.
    for (uint32_t n = keep; unlink(rotated_path(path, n).c_str()) == 0; ++n) {
    }
    for (uint32_t n = keep; n > 1; --n) {
        // A gap is no error: there are fewer yet, or a cut left it.
        static_cast<void>(rename(rotated_path(path, n - 1).c_str(), rotated_path(path, n).c_str()));
    }
    return rename(path.c_str(), rotated_path(path, 1).c_str()) == 0;
}

}  // namespace egret::control
