// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/audit_log.hpp"

#include "control/daemon/clock.hpp"

#include <algorithm>
#include <array>

namespace egret::control {
namespace {

constexpr RotationLimits kLimits{.max_bytes = uint64_t{4} << 20, .keep = 4};

/// Texts of whole files, and what needs no repeating.
constexpr std::array kLeftOut{"command", "toml", "signature", "key"};
constexpr size_t kMaxArguments = 16;
constexpr size_t kMaxArgumentBytes = 256;

}  // namespace

AuditLog::AuditLog(EventLoop& loop, Log& log, const std::filesystem::path& path)
    : file_(loop, log, "audit records") {
    file_.set_path(path, kLimits);
}

/// True where the same was written within the last minute; else `n_before` says how often it was left out since.
bool AuditLog::is_left_out(const AuditEntry& entry, uint64_t now_ns, uint64_t& n_before) {
    if (!entry.may_repeat) {
        return false;
    }
    if (repeating_.size() >= kMaxRepeating) {
        std::erase_if(repeating_, [&](const auto& item) {
            return age_ns(item.second.written_ns, now_ns) >= kRepeatNs;
        });
    }
    Repeating& last = repeating_[{entry.peer.user, entry.command, std::string(entry.result)}];
    if (last.written_ns != 0 && age_ns(last.written_ns, now_ns) < kRepeatNs) {
        ++last.n_left_out;
        return true;
    }
    n_before = last.n_left_out;
    last = {.written_ns = now_ns};
    return false;
}

void AuditLog::write(const AuditEntry& entry) {
    const Moment now = read_clocks();
    uint64_t n_before = 0;
    if (is_left_out(entry, now.now_ns, n_before)) {
        return;
    }
    const Json line{
        {"time", time_text(now.unix_ns)},
        {"user", entry.peer.user},
        {"user_name", text_json(user_name(entry.peer.user))},
        {"process", entry.peer.process},
        {"role", name_of(entry.right)},
        {"command", text_json(entry.command)},
        {"arguments", entry.arguments},
        {"result", entry.result},
        {"message", text_json(entry.message)},
        {"generation", entry.generation != 0 ? Json(entry.generation) : Json(nullptr)},
        {"signed_by", text_json(entry.signed_by)},
        {"repeats", n_before},
    };
    file_.append(line_of(line));
    if (!entry.may_repeat) {
        file_.flush();
    }
}

std::deque<std::string> AuditLog::last_lines(size_t n) {
    file_.flush();
    return file_.last_lines(n);
}

Json audit_arguments(const Json& request) {
    Json arguments = Json::object();
    for (const auto& [name, value] : request.items()) {
        const bool is_left_out = std::ranges::find(kLeftOut, name) != kLeftOut.end();
        if (is_left_out || name.size() > kMaxArgumentBytes || arguments.size() == kMaxArguments) {
            continue;
        }
        if (value.is_string()) {
            arguments[name] = value.get<std::string>().substr(0, kMaxArgumentBytes);
        } else if (value.is_number() || value.is_boolean()) {
            arguments[name] = value;
        }
    }
    return arguments;
}

}  // namespace egret::control
