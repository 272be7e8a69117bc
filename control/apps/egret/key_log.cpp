// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/key_log.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace egret::control {

tl::expected<void, std::string> KeyLog::commit() {
    if (!wanted()) {
        return {};
    }
    const std::string beside = path_ + "." + std::to_string(getpid());
    const int file =
        open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    const bool written = file >= 0 && ::write(file, lines_.data(), lines_.size()) ==
                                          static_cast<ssize_t>(lines_.size());
    const bool closed = file >= 0 && close(file) == 0;
    if (!written || !closed || std::rename(beside.c_str(), path_.c_str()) != 0) {
        const std::string reason = std::strerror(errno);
        unlink(beside.c_str());
        return tl::unexpected(path_ + ": the key log cannot be written: " + reason);
    }
    return {};
}

}  // namespace egret::control
