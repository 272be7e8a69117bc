// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/sign_in_file.hpp"

#include "control/daemon/clock.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace egret::control {
namespace {

/// Records say who signed in from where: the operators' group may read them, nobody else.
constexpr mode_t kMode = S_IRUSR | S_IWUSR | S_IRGRP;

}  // namespace

SignInFile::SignInFile(EventLoop& loop, Log& log)
    : log_(log),
      sync_timer_(loop, [this] { sync(); }) {}

SignInFile::~SignInFile() {
    sync();
}

void SignInFile::set_path(const std::filesystem::path& path) {
    if (path != path_) {
        sync();
        path_ = path;
        file_ = api::Descriptor();
        waiting_.clear();
        problem_.clear();
    }
}

void SignInFile::append(std::string_view line) {
    if (path_.empty()) {
        return;
    }
    waiting_ += line;
    waiting_ += '\n';
    if (waiting_.size() > kMaxWaitingBytes) {
        drop_oldest();
    }
    if (!sync_timer_.is_set()) {
        sync_timer_.set(read_clocks().now_ns + kSyncNs);
    }
}

void SignInFile::sync() {
    if (waiting_.empty()) {
        return;
    }
    if (!reopen()) {
        fail("cannot be opened");
    } else if (!write_waiting()) {
        fail("cannot be written");
    } else if (fdatasync(file_.get()) != 0) {
        fail("cannot be synced");
    } else {
        problem_.clear();
        return;
    }
    sync_timer_.set(read_clocks().now_ns + kSyncNs);
}

/// The file of that name now; one that was renamed away is let go.
bool SignInFile::reopen() {
    struct stat status {};

    const bool is_same = file_.open() && stat(path_.c_str(), &status) == 0 &&
                         status.st_dev == device_ && status.st_ino == inode_;
    if (is_same) {
        return true;
    }
    file_ = api::Descriptor(
        open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, kMode)
    );
    if (!file_.open() || fstat(file_.get(), &status) != 0) {
        return false;
    }
    device_ = status.st_dev;
    inode_ = status.st_ino;
    return true;
}

/// Leaves what was not written, so that no record is written twice.
bool SignInFile::write_waiting() {
    size_t written = 0;
    bool good = true;
    while (good && written < waiting_.size()) {
        const ssize_t n = write(file_.get(), waiting_.data() + written, waiting_.size() - written);
        written += n > 0 ? static_cast<size_t>(n) : 0;
        good = n > 0 || (n < 0 && errno == EINTR);
    }
    waiting_.erase(0, written);
    return good;
}

void SignInFile::fail(const char* what) {
    problem_ = fmt::format("{}: {}: {}", path_.string(), what, std::strerror(errno));
    log_.error("sign-in records are not being written", {{"reason", problem_}});
}

void SignInFile::drop_oldest() {
    const size_t half = waiting_.find('\n', waiting_.size() / 2);
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(half) + 1;
    const auto n_lost = std::count(waiting_.begin(), end, '\n');
    waiting_.erase(waiting_.begin(), end);
    log_.error("sign-in records were lost", {{"records", std::to_string(n_lost)}});
}

}  // namespace egret::control
