// SPDX-License-Identifier: Apache-2.0
#include "control/operator/quantities.hpp"
#include "control/operator/text_table.hpp"
#include "control/operator/views.hpp"

#include <array>
#include <fmt/format.h>

namespace egret::control {
namespace {

struct Line {
    const char* name;
    const char* sentence;
};

/// In the order in which packets meet them.
constexpr std::array kLines{
    Line{"received", "packets that came in by a port"},
    Line{"generated", "packets made here: handshakes, keepalives, ICMP errors, ARP and ND"},
    Line{"transmitted", "packets that left by a port"},
    Line{"consumed", "packets that ended here as meant"},
    Line{"staged", "packets that wait for a session now"},
    Line{"dropped", "packets dropped, by reason below"},
    Line{"sealed", "packets put into a tunnel"},
    Line{"opened", "packets taken out of a tunnel"},
    Line{"bridged", "packets passed to the other side untouched"},
    Line{"over_mtu", "packets carried although above the tunnel MTU"},
    Line{"flows", "flows that live now"},
    Line{"events_lost", "flow events control was too slow to take"},
    Line{"punts_lost", "handshakes and events lost on the way to control"},
};

}  // namespace

std::string counters_view(const Records& records) {
    const Json counters = records.empty() ? Json() : records.front();
    using Column = TextTable::Column;
    TextTable totals({{"counter", Column::exact}, {"packets", Column::number}, {"what"}});
    for (const Line& line : kLines) {
        const Json& value = member(counters, line.name);
        totals.add({line.name, value.is_number() ? value.dump() : "", line.sentence});
    }
    std::string view = totals.to_text();
    const Json& drops = member(counters, "drops");
    if (drops.empty()) {
        return view + "\nnothing was dropped\n";
    }
    TextTable reasons({{"dropped", Column::exact}, {"packets", Column::number}, {"why"}});
    for (const Json& drop : drops) {
        reasons.add({
            plain_text(member(drop, "reason")),
            member(drop, "packets").dump(),
            plain_text(member(drop, "sentence")),
        });
    }
    return view + "\n" + reasons.to_text();
}

}  // namespace egret::control
