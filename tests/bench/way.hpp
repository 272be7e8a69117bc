// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/tables.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace egret::bench {

/// The four ways of dataplane/src/pipeline.hpp, in the order one round trip takes them.
enum class Way : uint8_t { branch_outbound, edge_inbound, edge_outbound, branch_inbound };

inline constexpr size_t kWays = 4;

/// Who takes the packets of a way, and on which side they come in.
[[nodiscard]] constexpr api::Role role_of(Way way) noexcept {
    return way == Way::branch_outbound || way == Way::branch_inbound ? api::Role::branch
                                                                     : api::Role::edge;
}

[[nodiscard]] constexpr api::Side side_of(Way way) noexcept {
    return way == Way::branch_outbound || way == Way::edge_outbound ? api::Side::inside
                                                                    : api::Side::outside;
}

/// The name of its line: a site's stream outwards and its arrival at the edge are the main ones.
[[nodiscard]] constexpr std::string_view case_of(Way way) noexcept {
    switch (way) {
        case Way::branch_outbound:
            return "outbound";
        case Way::edge_inbound:
            return "inbound";
        case Way::edge_outbound:
            return "outbound/edge";
        case Way::branch_inbound:
            return "inbound/branch";
    }
    return "";
}

/// True if packets are sealed on that way, false if they are opened.
[[nodiscard]] constexpr bool seals(Way way) noexcept {
    return side_of(way) == api::Side::inside;
}

}  // namespace egret::bench
