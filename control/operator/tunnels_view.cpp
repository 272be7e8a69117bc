// SPDX-License-Identifier: Apache-2.0
#include "control/operator/quantities.hpp"
#include "control/operator/text_table.hpp"
#include "control/operator/views.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

/// A site or group that only repeats the peer's name is left out.
std::string unless_name(const Json& tunnel, const char* name) {
    const Json& value = member(tunnel, name);
    return value == member(tunnel, "peer") ? std::string() : plain_text(value);
}

std::string observed_text(const Json& tunnel) {
    const std::string ipv4 = plain_text(member(tunnel, "observed_ipv4"));
    const std::string ipv6 = plain_text(member(tunnel, "observed_ipv6"));
    return ipv4 + (ipv4.empty() || ipv6.empty() ? "" : " ") + ipv6;
}

}  // namespace

std::string tunnels_view(const Records& tunnels) {
    if (tunnels.empty()) {
        return "no tunnels\n";
    }
    using Column = TextTable::Column;
    TextTable table({
        {"peer"},
        {"site"},
        {"group"},
        {"state", Column::exact},
        {"handshake", Column::number},
        {"round trip", Column::number},
        {"endpoint"},
        {"sent", Column::number},
        {"packets", Column::number},
        {"received", Column::number},
        {"packets", Column::number},
        {"observed"},
    });
    for (const Json& tunnel : tunnels) {
        table.add({
            plain_text(member(tunnel, "peer")),
            unless_name(tunnel, "site"),
            unless_name(tunnel, "group"),
            plain_text(member(tunnel, "state")),
            duration_text(member(tunnel, "handshake_age_s")),
            milliseconds_text(member(tunnel, "round_trip_ms")),
            plain_text(member(tunnel, "endpoint")),
            bytes_text(member(tunnel, "bytes_sent")),
            count_text(member(tunnel, "packets_sent")),
            bytes_text(member(tunnel, "bytes_received")),
            count_text(member(tunnel, "packets_received")),
            observed_text(tunnel),
        });
    }
    return table.to_text();
}

}  // namespace egret::control
