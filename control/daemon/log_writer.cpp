// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/journal.hpp"
#include "control/daemon/log.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace egret::control {
namespace {

/// systemd tells the device and inode of the journal's stream; standard error may since have been sent elsewhere
/// (systemd.exec(5), $JOURNAL_STREAM).
bool stderr_is_journal() {
    const char* variable = std::getenv("JOURNAL_STREAM");

    struct stat status {};

    if (variable == nullptr || fstat(STDERR_FILENO, &status) != 0) {
        return false;
    }
    const std::string_view stream(variable);
    const size_t colon = stream.find(':');
    uint64_t device = 0;
    uint64_t inode = 0;
    if (colon == std::string_view::npos) {
        return false;
    }
    std::from_chars(stream.data(), stream.data() + colon, device);
    std::from_chars(stream.data() + colon + 1, stream.data() + stream.size(), inode);
    return device == status.st_dev && inode == status.st_ino;
}

int priority_of(LogLevel level) noexcept {
    constexpr std::array<int, 5> kPriorities{LOG_DEBUG, LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERR};
    return kPriorities[static_cast<size_t>(level)];
}

std::string upper(std::string_view key) {
    std::string name(key);
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return name;
}

void write_to_journal(const LogRecord& record) {
    // MESSAGE is what most readers show: the whole line but its level, which PRIORITY says.
    const std::string line = log_line(record);
    std::vector<std::string> entries{
        "MESSAGE=" + line.substr(line.find(' ') + 1),
        "PRIORITY=" + std::to_string(priority_of(record.level)),
        "SYSLOG_IDENTIFIER=egretd",
    };
    for (const LogField& field : record.fields) {
        entries.push_back("EGRET_" + upper(field.key) + "=" + field.value);
    }
    send_to_journal(std::move(entries));
}

void write_to_stderr(const LogRecord& record) {
    const std::string line = log_line(record) + "\n";
    // A standard error nobody reads must not stop the daemon; there is nowhere to complain.
    [[maybe_unused]] const ssize_t size = write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

Log::Writer system_log_writer() {
    return stderr_is_journal() ? write_to_journal : write_to_stderr;
}

}  // namespace egret::control
