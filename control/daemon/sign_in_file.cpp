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

std::deque<std::string> last_lines_of(const std::filesystem::path& path, size_t n) {
    // A record takes about a kilobyte.
    constexpr off_t kMaxTailBytes = off_t{4} << 20;

    struct stat status {};

    const api::Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!file.open() || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return {};
    }
    const off_t begin = std::max<off_t>(0, status.st_size - kMaxTailBytes);
    std::string tail(static_cast<size_t>(status.st_size - begin), '\0');
    const ssize_t size = pread(file.get(), tail.data(), tail.size(), begin);
    tail.resize(size > 0 ? static_cast<size_t>(size) : 0);
    std::deque<std::string> lines;
    // The first line may have begun before, and what stands behind the last line's end is no line.
    size_t start = begin == 0 ? 0 : tail.find('\n') + 1;
    for (size_t end = tail.find('\n', start); end != std::string::npos;
         end = tail.find('\n', start)) {
        lines.push_back(tail.substr(start, end - start));
        start = end + 1;
        if (lines.size() > n) {
            lines.pop_front();
        }
    }
    return lines;
}

}  // namespace

SignInFile::SignInFile(EventLoop& loop, Log& log, std::string what)
    : log_(log),
      what_(std::move(what)),
      write_timer_(loop, [this] { write(); }),
      sync_timer_(loop, [this] { sync(); }) {}

SignInFile::~SignInFile() {
    flush();
}

void SignInFile::set_path(const std::filesystem::path& path, RotationLimits limits) {
    limits_ = limits;
    if (path != path_) {
        flush();
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
    if (!write_timer_.is_set()) {
        write_timer_.set(0);
    }
}

void SignInFile::flush() {
    write();
    sync();
}

void SignInFile::write() {
    write_timer_.stop();
    while (!waiting_.empty()) {
        const size_t first_bytes = waiting_.find('\n') + 1;
        if (!reopen()) {
            return fail("cannot be opened");
        }
        if (!make_room(first_bytes)) {
            return fail("cannot be put aside");
        }
        if (!write_lines(first_bytes)) {
            return fail("cannot be written");
        }
    }
    problem_.clear();
    if (file_.open() && !sync_timer_.is_set()) {
        sync_timer_.set(read_clocks().now_ns + kSyncNs);
    }
}

void SignInFile::sync() {
    sync_timer_.stop();
    if (file_.open() && fdatasync(file_.get()) != 0) {
        fail("cannot be synced");
    }
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
        open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, kMode)
    );
    if (!file_.open() || fstat(file_.get(), &status) != 0) {
        return false;
    }
    device_ = status.st_dev;
    inode_ = status.st_ino;
    size_bytes_ = static_cast<uint64_t>(status.st_size);
    return end_torn_line();
}

/// A line a power cut left half written must not take the next one with it.
bool SignInFile::end_torn_line() {
    char last = '\n';
    if (size_bytes_ == 0 ||
        pread(file_.get(), &last, 1, static_cast<off_t>(size_bytes_) - 1) != 1 || last == '\n') {
        return true;
    }
    ++size_bytes_;
    return ::write(file_.get(), "\n", 1) == 1;
}

/// A file that another `n_bytes` would take over its limit is put aside, synced, and a new one begins.
bool SignInFile::make_room(size_t n_bytes) {
    if (size_bytes_ == 0 || size_bytes_ + n_bytes <= limits_.max_bytes) {
        return true;
    }
    sync();
    return rotate(path_, limits_.keep) && reopen();
}

/// Writes the first line, and as many behind it as the limit has room for. Leaves what was not written, so that no record is
/// written twice.
bool SignInFile::write_lines(size_t first_bytes) {
    const uint64_t room = limits_.max_bytes - std::min(size_bytes_, limits_.max_bytes);
    const size_t fitting = room == 0 ? 0 : waiting_.rfind('\n', room - 1) + 1;  // 0 for npos
    const size_t size = std::max(first_bytes, fitting);
    size_t written = 0;
    bool good = true;
    while (good && written < size) {
        const ssize_t n = ::write(file_.get(), waiting_.data() + written, size - written);
        written += n > 0 ? static_cast<size_t>(n) : 0;
        good = n > 0 || (n < 0 && errno == EINTR);
    }
    size_bytes_ += written;
    waiting_.erase(0, written);
    return good;
}

std::deque<std::string> SignInFile::last_lines(size_t n) const {
    std::deque<std::string> lines = last_lines_of(path_, n);
    if (lines.size() < n) {
        std::deque<std::string> before = last_lines_of(rotated_path(path_, 1), n - lines.size());
        lines.insert(lines.begin(), before.begin(), before.end());
    }
    return lines;
}

void SignInFile::fail(const char* what) {
    problem_ = fmt::format("{}: {}: {}", path_.string(), what, std::strerror(errno));
    log_.error(what_ + " are not being written", {{"reason", problem_}});
    write_timer_.set(read_clocks().now_ns + kSyncNs);
}

void SignInFile::drop_oldest() {
    const size_t half = waiting_.find('\n', waiting_.size() / 2);
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(half) + 1;
    const auto n_lost = std::count(waiting_.begin(), end, '\n');
    waiting_.erase(waiting_.begin(), end);
    log_.error(what_ + " were lost", {{"records", std::to_string(n_lost)}});
}

}  // namespace egret::control
