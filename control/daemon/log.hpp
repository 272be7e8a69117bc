// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/log_level.hpp"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace egret::control {

/// One fact beside a message. Keys are lower case with underscores; values come from configuration and the network, never
/// from a key file.
struct LogField {
    std::string_view key;
    std::string value;
};

struct LogRecord {
    LogLevel level = LogLevel::info;
    std::string_view message;
    std::span<const LogField> fields;
};

/// What the daemon has to say. A message is a constant sentence, what changes stands in the fields; so a message that comes
/// again and again is known as such: after kBurst of one within kWindowNs the rest is counted, and the next one that is let
/// through says how many were not. Threads: one owner.
class Log {
  public:
    static constexpr uint32_t kBurst = 10;
    static constexpr uint64_t kWindowNs = 10'000'000'000;

    using Writer = std::function<void(const LogRecord&)>;
    using Clock = std::function<uint64_t()>;

    /// `clock` gives nanoseconds that never go back.
    Log(Writer writer, Clock clock);

    /// Messages below `level` are not written.
    void set_level(LogLevel level) noexcept { level_ = level; }

    using Fields = std::initializer_list<LogField>;

    void debug(std::string_view message, Fields fields = {}) {
        write(LogLevel::debug, message, fields);
    }

    void info(std::string_view message, Fields fields = {}) {
        write(LogLevel::info, message, fields);
    }

    void warning(std::string_view message, Fields fields = {}) {
        write(LogLevel::warning, message, fields);
    }

    void error(std::string_view message, Fields fields = {}) {
        write(LogLevel::error, message, fields);
    }

  private:
    /// How often one message came within the present window.
    struct Repeats {
        uint64_t since_ns = 0;
        uint32_t n_written = 0;
        uint64_t n_held_back = 0;
    };

    void write(LogLevel level, std::string_view message, Fields fields);

    Writer writer_;
    Clock clock_;
    LogLevel level_ = LogLevel::info;
    std::map<std::string, Repeats, std::less<>> repeats_;  ///< by message, of which there are few
};

/// `LEVEL message key=value ...`; values with spaces or quotes are quoted, bytes that are no printable ASCII escaped, so that
/// a record is one line whatever its values hold.
[[nodiscard]] std::string log_line(const LogRecord& record);

/// Writes to the journal with its own protocol (MESSAGE, PRIORITY and each field as EGRET_KEY) when standard error is
/// connected to it, else as lines to standard error.
[[nodiscard]] Log::Writer system_log_writer();

}  // namespace egret::control
