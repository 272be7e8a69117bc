// SPDX-License-Identifier: Apache-2.0
#include "control/operator/quantities.hpp"
#include "control/operator/text_table.hpp"
#include "control/operator/views.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

/// "10.42.0.11:51000", "[2001:db8::1]:443".
std::string end_text(const Json& flow, const char* address, const char* port) {
    const std::string ip = plain_text(member(flow, address));
    const bool is_ipv6 = ip.find(':') != std::string::npos;
    const std::string number = count_text(member(flow, port));
    return (is_ipv6 ? "[" + ip + "]" : ip) + (number.empty() ? "" : ":" + number);
}

std::string protocol_text(const Json& protocol) {
    return protocol.is_string() ? plain_text(protocol) : count_text(protocol);
}

/// A dropped flow's reason says more than that it was dropped.
std::string verdict_text(const Json& flow) {
    const std::string reason = plain_text(member(flow, "drop_reason"));
    return reason.empty() ? plain_text(member(flow, "verdict")) : "drop: " + reason;
}

/// The name says what the address is for, if one is known.
std::string destination_text(const Json& flow) {
    const std::string name = plain_text(member(flow, "server_name"));
    return name.empty() ? end_text(flow, "destination", "destination_port")
                        : fmt::format("{}:{}", name, count_text(member(flow, "destination_port")));
}

}  // namespace

std::string flows_view(const Records& flows) {
    if (flows.empty()) {
        return "no flows\n";
    }
    using Column = TextTable::Column;
    TextTable table({
        {"source"},
        {"destination"},
        {"protocol", Column::exact},
        {"verdict"},
        {"segment"},
        {"peer"},
        {"origin"},
        {"out", Column::number},
        {"in", Column::number},
    });
    for (const Json& flow : flows) {
        table.add({
            end_text(flow, "source", "source_port"),
            destination_text(flow),
            protocol_text(member(flow, "protocol")),
            verdict_text(flow),
            plain_text(member(flow, "segment")),
            plain_text(member(flow, "peer")),
            plain_text(member(flow, "origin")),
            bytes_text(member(flow, "bytes_out")),
            bytes_text(member(flow, "bytes_in")),
        });
    }
    return table.to_text();
}

}  // namespace egret::control
