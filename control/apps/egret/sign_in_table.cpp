// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/sign_in_table.hpp"

#include "control/records/json.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <ostream>
#include <string_view>

namespace egret::control {
namespace {

constexpr std::array<std::string_view, 8> kHeadings{
    "time",
    "server name",
    "destination",
    "segment",
    "without Egret",
    "the service sees",
    "verified",
    "named location",
};

std::string text_or_dash(const Json& value) {
    return value.is_string() ? value.get<std::string>() : "-";
}

std::string destination_text(const Json& record) {
    const api::IpAddress address =
        api::parse_address(record["destination"].get<std::string>()).value_or(api::IpAddress{});
    return to_text(api::Endpoint{address, record["destinationPort"].get<uint16_t>()});
}

/// "Lyon office (trusted)", several with commas.
std::string locations_text(const Json& details) {
    std::string text;
    for (const Json& detail : details) {
        const bool trusted = detail["networkType"] == "trustedNamedLocation";
        for (const Json& name : detail["networkNames"]) {
            text += (text.empty() ? "" : ", ") + name.get<std::string>() +
                    (trusted ? " (trusted)" : "");
        }
    }
    return text.empty() ? "-" : text;
}

/// "12:34:56.789" of an RFC 3339 time.
std::string time_of_day(const std::string& time) {
    constexpr size_t kDate = sizeof("2026-11-20T") - 1;
    constexpr size_t kShown = sizeof("12:34:56.789") - 1;
    return time.substr(kDate, kShown);
}

}  // namespace

api::IpAddress ordinary_address(const Config& edge, api::Family family) {
    for (const auto& address : edge.restore.addresses) {
        if (address->family == family) {
            return *address;
        }
    }
    for (const PortSection& port : edge.ports) {
        for (const auto& own : port.addresses) {
            if (*port.side == api::Side::outside && own->address.family == family) {
                return own->address;
            }
        }
    }
    return {};
}

void SignInTable::add(const std::string& line) {
    if (rows_.size() == kMaxRows) {
        ++n_left_out_;
        return;
    }
    const Json record = Json::parse(line);
    const std::string seen = text_or_dash(record["ipAddress"]);
    const auto address = api::parse_address(seen);
    const std::string without =
        address ? to_text(ordinary_address(edge_.config, address->family)) : std::string();
    rows_.push_back({
        time_of_day(record["time"].get<std::string>()),
        text_or_dash(record["serverName"]),
        destination_text(record),
        text_or_dash(record["segment"]),
        without.empty() ? "the edge's" : without,
        seen,
        text_or_dash(record["originVerified"]),
        locations_text(record["networkLocationDetails"]),
    });
}

void SignInTable::print(std::ostream& out) const {
    std::array<size_t, kHeadings.size()> widths;
    for (size_t column = 0; column < widths.size(); ++column) {
        widths[column] = kHeadings[column].size();
        for (const auto& row : rows_) {
            widths[column] = std::max(widths[column], row[column].size());
        }
    }
    const auto print_row = [&](const auto& cells) {
        std::string line;
        for (size_t column = 0; column < widths.size(); ++column) {
            line += fmt::format("{:<{}}  ", cells[column], widths[column]);
        }
        out << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
    };
    print_row(kHeadings);
    std::array<std::string, kHeadings.size()> rule;
    std::transform(widths.begin(), widths.end(), rule.begin(), [](size_t width) {
        return std::string(width, '-');
    });
    print_row(rule);
    for (const auto& row : rows_) {
        print_row(row);
    }
    if (n_left_out_ > 0) {
        out << fmt::format("... and {} more in signins.jsonl\n", n_left_out_);
    }
}

}  // namespace egret::control
