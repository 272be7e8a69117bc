// SPDX-License-Identifier: Apache-2.0
#include "control/operator/quantities.hpp"
#include "control/operator/text_table.hpp"
#include "control/operator/views.hpp"

namespace egret::control {
namespace {

using Column = TextTable::Column;

std::string neighbours_table(const Records& neighbours) {
    TextTable table({
        {"side", Column::exact},
        {"neighbour", Column::exact},
        {"mac", Column::exact},
        {"state", Column::exact},
        {"confirmed", Column::number},
    });
    for (const Json& neighbour : neighbours) {
        table.add({
            plain_text(member(neighbour, "side")),
            plain_text(member(neighbour, "address")),
            plain_text(member(neighbour, "mac")),
            plain_text(member(neighbour, "state")),
            duration_text(member(neighbour, "confirmed_age_s")),
        });
    }
    return table.to_text();
}

}  // namespace

std::string ports_view(const Records& ports, const Records& neighbours) {
    TextTable table({
        {"port", Column::exact},
        {"side", Column::exact},
        {"link", Column::exact},
        {"driver"},
        {"mac", Column::exact},
        {"mtu", Column::number},
        {"received", Column::number},
        {"packets", Column::number},
        {"sent", Column::number},
        {"packets", Column::number},
        {"missed", Column::number},
        {"errors", Column::number},
        {"not taken", Column::number},
    });
    for (const Json& port : ports) {
        table.add({
            plain_text(member(port, "port")),
            plain_text(member(port, "side")),
            plain_text(member(port, "link")),
            plain_text(member(port, "driver")),
            plain_text(member(port, "mac")),
            count_text(member(port, "mtu")),
            bytes_text(member(port, "bytes_received")),
            count_text(member(port, "packets_received")),
            bytes_text(member(port, "bytes_sent")),
            count_text(member(port, "packets_sent")),
            count_text(member(port, "missed")),
            count_text(member(port, "errors")),
            count_text(member(port, "not_taken")),
        });
    }
    std::string view = ports.empty() ? "no ports\n" : table.to_text();
    if (!neighbours.empty()) {
        view += "\n" + neighbours_table(neighbours);
    }
    return view;
}

}  // namespace egret::control
