// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/event_loop.hpp"
#include "control/daemon/log.hpp"
#include "control/daemon/roles.hpp"
#include "control/daemon/sign_in_file.hpp"
#include "control/records/json.hpp"

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

namespace egret::control {

/// One command, or an attempt to connect, and what became of it.
struct AuditEntry {
    UnixPeer peer;
    Right right = Right::none;  ///< the peer's
    std::string command;        ///< empty: it was turned away before it could ask
    Json arguments = Json::object();
    std::string_view result;  ///< "accepted", "refused" or "abandoned"
    std::string message;      ///< one sentence; may be empty
    uint64_t generation = 0;  ///< of a push or rollback; 0: none
    std::string signed_by;
    /// Whether somebody who does it every second is written down once a minute, with a count.
    bool may_repeat = false;
};

/// What operators did, and what they were refused, as lines of JSON in the state directory: `time`, `user`, `user_name`,
/// `process`, `role`, `command`, `arguments`, `result`, `message`, `generation`, `signed_by`, `repeats`. Changes are synced before they are
/// answered for long; questions within a second. Put aside at 4 MiB, four times. Threads: the loop's.
class AuditLog {
  public:
    static constexpr uint64_t kRepeatNs = 60'000'000'000;
    static constexpr size_t kMaxRepeating = 256;
    static constexpr size_t kKept = 1000;

    AuditLog(EventLoop& loop, Log& log, const std::filesystem::path& path);

    void write(const AuditEntry& entry);

    /// The newest last, at most `n`, as lines of JSON.
    [[nodiscard]] std::deque<std::string> last_lines(size_t n);

    /// One sentence; empty if all is well.
    [[nodiscard]] const std::string& problem() const noexcept { return file_.problem(); }

  private:
    struct Repeating {
        uint64_t written_ns = 0;
        uint64_t n_left_out = 0;
    };

    [[nodiscard]] bool is_left_out(const AuditEntry& entry, uint64_t now_ns, uint64_t& n_before);

    SignInFile file_;
    /// By user, command and result: that a question was answered does not hide that it was refused.
    std::map<std::tuple<uid_t, std::string, std::string>, Repeating> repeating_;
};

/// What may be written down of a request: its plain members, shortened; no texts of files.
[[nodiscard]] Json audit_arguments(const Json& request);

}  // namespace egret::control
