// SPDX-License-Identifier: Apache-2.0
#include "control/operator/quantities.hpp"
#include "control/operator/text_table.hpp"
#include "control/operator/views.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

std::string destination_text(const Json& record) {
    const std::string ip = plain_text(member(record, "destination"));
    const bool is_ipv6 = ip.find(':') != std::string::npos;
    return fmt::format(
        "{}:{}",
        is_ipv6 ? "[" + ip + "]" : ip,
        count_text(member(record, "destinationPort"))
    );
}

/// "Lyon office (trusted)", several with commas.
std::string locations_text(const Json& details) {
    std::string text;
    for (const Json& detail : details) {
        const bool is_trusted = member(detail, "networkType") == "trustedNamedLocation";
        for (const Json& name : member(detail, "networkNames")) {
            text += (text.empty() ? "" : ", ") + plain_text(name);
            text += is_trusted ? " (trusted)" : "";
        }
    }
    return text;
}

}  // namespace

std::string sign_ins_view(const Records& sign_ins) {
    if (sign_ins.empty()) {
        return "no sign-ins yet\n";
    }
    using Column = TextTable::Column;
    TextTable table({
        {"time (UTC)", Column::exact},
        {"site"},
        {"server name"},
        {"destination"},
        {"segment"},
        {"the service sees"},
        {"verified", Column::exact},
        {"named location"},
    });
    for (const Json& record : sign_ins) {
        table.add({
            time_of_day_text(member(record, "time")),
            plain_text(member(record, "site")),
            plain_text(member(record, "serverName")),
            destination_text(record),
            plain_text(member(record, "segment")),
            plain_text(member(record, "ipAddress")),
            plain_text(member(record, "originVerified")),
            locations_text(member(record, "networkLocationDetails")),
        });
    }
    return table.to_text();
}

std::string sign_in_row(const Json& record) {
    const std::string name = plain_text(member(record, "serverName"));
    return fmt::format(
        "{}  {:16}  {:40}  {:24}  {}\n",
        time_of_day_text(member(record, "time")),
        plain_text(member(record, "site")),
        name.empty() ? destination_text(record) : name,
        plain_text(member(record, "ipAddress")),
        locations_text(member(record, "networkLocationDetails"))
    );
}

}  // namespace egret::control
