// SPDX-License-Identifier: Apache-2.0
#include "control/operator/quantities.hpp"
#include "control/operator/text_table.hpp"
#include "control/operator/views.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

/// "203.0.113.7, 2001:db8:42:1::/64 direct", each once.
std::string ways_text(const Json& ways) {
    std::string text;
    for (const Json& way : ways) {
        const bool is_direct = member(way, "verdict") == "direct";
        const std::string part = plain_text(member(way, "origin")) + (is_direct ? " direct" : "");
        if (text.find(part) == std::string::npos) {
            text += (text.empty() ? "" : ", ") + part;
        }
    }
    return text;
}

std::string mix_text(const Json& client) {
    if (member(client, "mixes_families") == true) {
        return "families";
    }
    return member(client, "mixes_origins") == true ? "origins" : "";
}

}  // namespace

std::string clients_view(const Records& clients) {
    if (clients.empty()) {
        return "no such clients yet\n";
    }
    using Column = TextTable::Column;
    TextTable table({
        {"client", Column::exact},
        {"vlan", Column::number},
        {"ipv4"},
        {"ipv6"},
        {"identity traffic leaves as"},
        {"mixes", Column::exact},
    });
    for (const Json& client : clients) {
        table.add({
            plain_text(member(client, "client_mac")),
            count_text(member(client, "vlan")),
            plain_text(member(client, "ipv4")),
            plain_text(member(client, "ipv6")),
            ways_text(member(client, "ways")),
            mix_text(client),
        });
    }
    const auto n_mixed = std::ranges::count_if(clients, [](const Json& client) {
        return !mix_text(client).empty();
    });
    return table.to_text() +
           (n_mixed == 0
                ? std::string()
                : fmt::format(
                      "\n{} mix: a service that evaluates access continuously takes that for a "
                      "move; give the named "
                      "locations both families, or clients one of them (family of a rule)\n",
                      n_mixed
                  ));
}

}  // namespace egret::control
