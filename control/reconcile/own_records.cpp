// SPDX-License-Identifier: Apache-2.0
#include "control/reconcile/own_records.hpp"

#include "control/reconcile/json_members.hpp"
#include "control/records/time.hpp"

#include <algorithm>
#include <optional>

namespace egret::control {
namespace {

using Object = nlohmann::json;

std::string text_of(const Object& record, const char* name) {
    const Object* found = member_of(record, name);
    return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<OwnSignIn> read_record(std::string_view line) {
    const Object record = parse_shallow(line);
    const auto time_ns = parse_time(text_of(record, "time"));
    OwnSignIn sign_in;
    sign_in.ip = parse_logged_address(text_of(record, "ipAddress"));
    if (!time_ns || !sign_in.ip.present()) {
        return std::nullopt;
    }
    sign_in.time_ns = *time_ns;
    sign_in.site = text_of(record, "site");
    sign_in.server_name = text_of(record, "serverName");
    sign_in.destination = text_of(record, "destination");
    sign_in.origin = parse_logged_address(text_of(record, "originAddress"));
    sign_in.outer = parse_logged_address(text_of(record, "outerAddress"));
    const Object* signaling = member_of(record, "signaling");
    sign_in.signaling = signaling != nullptr && signaling->is_boolean() && signaling->get<bool>();
    sign_in.is_restored = sign_in.signaling && text_of(record, "present") != "edge";
    if (const Object* details = member_of(record, "networkLocationDetails")) {
        sign_in.locations = seen_locations(*details);
    }
    const Object* evaluation = member_of(record, "conditionalAccess");
    const Object* outcome = evaluation == nullptr ? nullptr : member_of(*evaluation, "outcome");
    sign_in.blocks = outcome != nullptr && *outcome == "block";
    sign_in.demands_controls = outcome != nullptr && outcome->is_array() && !outcome->empty();
    return sign_in;
}

}  // namespace

void add_own_records(std::string_view text, OwnSignIns& all) {
    while (!text.empty()) {
        const std::string_view line = next_line(text);
        if (line.empty()) {
            continue;
        }
        if (auto sign_in = read_record(line)) {
            all.sign_ins.push_back(std::move(*sign_in));
        } else {
            ++all.n_unusable;
        }
    }
    std::ranges::stable_sort(all.sign_ins, {}, &OwnSignIn::time_ns);
}

}  // namespace egret::control
