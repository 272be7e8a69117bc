// SPDX-License-Identifier: Apache-2.0
#include "control/operator/quantities.hpp"
#include "control/operator/views.hpp"

#include <fmt/format.h>
#include <string_view>

namespace egret::control {
namespace {

void append(std::string& view, std::string_view what, const std::string& value) {
    view += fmt::format("{:<12} {}\n", what, value);
}

std::string generation_text(const Json& status) {
    const Json& wanted = member(status, "generation_wanted");
    const Json& live = member(status, "generation_live");
    if (wanted.is_null()) {
        return live.is_null() ? "none" : fmt::format("{} live, none wanted", live.dump());
    }
    if (live == wanted) {
        return fmt::format("{} live", wanted.dump());
    }
    return fmt::format("{} wanted, {} live", wanted.dump(), live.is_null() ? "none" : live.dump());
}

std::string dataplane_text(const Json& dataplane) {
    if (!dataplane.is_object()) {
        return "not connected";
    }
    const Json& uptime = member(dataplane, "uptime_s");
    const Json& workers = member(dataplane, "workers");
    return fmt::format(
        "{}process {}, instance {}, {} {}, {} huge pages",
        uptime.is_null() ? "" : "up " + duration_text(uptime) + ", ",
        member(dataplane, "process").dump(),
        plain_text(member(dataplane, "instance")),
        workers.dump(),
        workers == 1 ? "worker" : "workers",
        member(dataplane, "huge_pages") == true ? "with" : "without"
    );
}

void append_encryption(std::string& view, const Json& dataplane) {
    const auto by = [&](const char* name, const char* why) {
        const std::string backend = plain_text(member(dataplane, name));
        const std::string reason = plain_text(member(dataplane, why));
        return (backend.empty() ? "not available" : "by " + backend) +
               (reason.empty() ? "" : " (" + reason + ")");
    };
    append(view, "encryption", "wireguard " + by("aead_wireguard", "aead_wireguard_why"));
    append(view, "", "aes256gcm " + by("aead_aes256gcm", "aead_aes256gcm_why"));
    if (const Json& bits = member(dataplane, "max_simd_bits"); bits.is_number()) {
        append(view, "", fmt::format("no vectors wider than {} bits", bits.dump()));
    }
}

std::string tunnels_text(const Json& status) {
    if (member(status, "tunnels_up").is_null()) {
        return "not known";
    }
    return fmt::format(
        "{} up, {} starting, {} down",
        member(status, "tunnels_up").dump(),
        member(status, "tunnels_starting").dump(),
        member(status, "tunnels_down").dump()
    );
}

std::string node_text(const Json& status) {
    const std::string name = plain_text(member(status, "node"));
    return name.empty() ? "not configured"
                        : fmt::format("{} ({})", name, plain_text(member(status, "role")));
}

/// Empty if nothing waits.
std::string held_text(const Json& lists) {
    std::string text;
    for (const Json& list : lists) {
        text += fmt::format(
            "{}{} of {}",
            text.empty() ? "" : ", ",
            count_text(member(list, "entries")),
            plain_text(member(list, "list"))
        );
    }
    return text;
}

}  // namespace

const Json& member(const Json& record, const char* name) {
    static const Json kNull;
    const auto found = record.is_object() ? record.find(name) : record.end();
    return found != record.end() ? *found : kNull;
}

std::string status_view(const Records& records) {
    const Json status = records.empty() ? Json() : records.front();
    const Json& dataplane = member(status, "dataplane");
    const Json& signaling = member(status, "signaling");
    std::string view;
    append(view, "node", node_text(status));
    append(view, "generation", generation_text(status));
    if (const Json& left = member(status, "confirm_within_s"); left.is_number()) {
        append(
            view,
            "UNCONFIRMED",
            "taken back in " + duration_text(left) + ": egret confirm keeps it"
        );
    }
    append(view, "egretd", "up " + duration_text(member(status, "uptime_s")));
    append(view, "dataplane", dataplane_text(dataplane));
    if (dataplane.is_object()) {
        append_encryption(view, dataplane);
    }
    if (signaling.is_boolean()) {
        append(view, "signaling", signaling == true ? "on" : "off");
    }
    append(view, "tunnels", tunnels_text(status));
    if (member(status, "flows").is_number()) {
        append(view, "flows", member(status, "flows").dump());
    }
    if (const std::string held = held_text(member(status, "lists_held")); !held.empty()) {
        append(view, "held entries", held + ": egret lists accept LIST uses them");
    }
    const std::string key_log = plain_text(member(status, "key_log"));
    if (!key_log.empty()) {
        append(view, "KEY LOG ON", key_log + ": who has it can read the recorded traffic");
    }
    for (const Json& problem : member(status, "problems")) {
        append(view, "PROBLEM", plain_text(problem));
    }
    return view;
}

}  // namespace egret::control
