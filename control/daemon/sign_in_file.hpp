// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/event_loop.hpp"
#include "control/daemon/log.hpp"
#include "control/state/rotation.hpp"

#include <egret/api/channel.hpp>

#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace egret::control {

/// Sign-in records as lines at the end of a file. Written on the loop's next turn and synced about once a second, so that a
/// power cut costs a second of records and a storm of sign-ins not one sync each. At its limit the file is put aside
/// (rotation.hpp); somebody else may rename it too: the next write begins a new one. Threads: the loop's.
class SignInFile {
  public:
    static constexpr uint64_t kSyncNs = 1'000'000'000;
    /// Lines kept while the file cannot be written; beyond, the oldest are lost and counted.
    static constexpr size_t kMaxWaitingBytes = size_t{4} << 20;

    /// `what` the lines are, for the log.
    SignInFile(EventLoop& loop, Log& log, std::string what = "sign-in records");
    SignInFile(const SignInFile&) = delete;
    SignInFile& operator=(const SignInFile&) = delete;
    /// Writes and syncs what waits.
    ~SignInFile();

    /// Where lines go from now on; an empty path: nowhere. What waits goes to the file before.
    void set_path(const std::filesystem::path& path, RotationLimits limits = {});

    void append(std::string_view line);

    /// The last lines of the file and of the one put aside before it, the newest last, at most `n`; of what a cut left, whole
    /// lines only.
    [[nodiscard]] std::deque<std::string> last_lines(size_t n) const;

    /// One sentence; empty if all is well.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

    /// Writes and syncs what waits now; what cannot be written is tried again every kSyncNs.
    void flush();

  private:
    void write();
    void sync();
    [[nodiscard]] bool reopen();
    [[nodiscard]] bool end_torn_line();
    [[nodiscard]] bool make_room(size_t n_bytes);
    [[nodiscard]] bool write_lines(size_t first_bytes);
    void fail(const char* what);
    void drop_oldest();

    Log& log_;
    std::string what_;
    std::filesystem::path path_;
    RotationLimits limits_;
    api::Descriptor file_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
    uint64_t size_bytes_ = 0;  ///< of the file
    std::string waiting_;
    std::string problem_;
    Timer write_timer_;
    Timer sync_timer_;
};

}  // namespace egret::control
