// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/log.hpp"

#include <array>
#include <fmt/format.h>
#include <utility>
#include <vector>

namespace egret::control {
namespace {

constexpr std::array<std::string_view, 5> kLevelHeads{"TRACE", "DEBUG", "INFO", "WARNING", "ERROR"};

bool is_plain(std::string_view value) noexcept {
    for (const char c : value) {
        if (c <= ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '=') {
            return false;
        }
    }
    return !value.empty();
}

void append_quoted(std::string& line, std::string_view value) {
    line += '"';
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            line += '\\';
            line += c;
        } else if (c < ' ' || c >= 0x7f) {
            line += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
            line += c;
        }
    }
    line += '"';
}

}  // namespace

Log::Log(Writer writer, Clock clock)
    : writer_(std::move(writer)),
      clock_(std::move(clock)) {}

void Log::write(LogLevel level, std::string_view message, Fields fields) {
    if (level < level_) {
        return;
    }
    const uint64_t now_ns = clock_();
    auto found = repeats_.find(message);
    if (found == repeats_.end()) {
        found = repeats_.emplace(std::string(message), Repeats{.since_ns = now_ns}).first;
    }
    Repeats& repeats = found->second;
    if (now_ns - repeats.since_ns >= kWindowNs) {
        repeats.since_ns = now_ns;
        repeats.n_written = 0;
    }
    if (repeats.n_written == kBurst) {
        ++repeats.n_held_back;
        return;
    }
    ++repeats.n_written;
    std::vector<LogField> all(fields);
    if (repeats.n_held_back != 0) {
        all.push_back({"held_back", std::to_string(std::exchange(repeats.n_held_back, 0))});
    }
    writer_({level, message, all});
}

std::string log_line(const LogRecord& record) {
    std::string line(kLevelHeads[static_cast<size_t>(record.level)]);
    line += ' ';
    line += record.message;
    for (const LogField& field : record.fields) {
        line += ' ';
        line += field.key;
        line += '=';
        if (is_plain(field.value)) {
            line += field.value;
        } else {
            append_quoted(line, field.value);
        }
    }
    return line;
}

}  // namespace egret::control
