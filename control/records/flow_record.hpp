// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"
#include "control/records/json.hpp"

#include <egret/api/address.hpp>
#include <egret/api/events.hpp>
#include <egret/api/tables.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace egret::control {

/// One flow as a line of `flows.jsonl` (contract section 6). Indexes are those of a generation's
/// tables; the writer turns them into names. Times are nanoseconds since 1970.
struct FlowRecord {
    uint64_t first_ns = 0;
    uint64_t last_ns = 0;
    uint16_t vlan = 0;  ///< 0: untagged, written as null
    uint8_t protocol = 0;
    api::IpAddress source;
    api::IpAddress destination;
    std::optional<uint16_t> source_port;  ///< ICMP echo: the identifier
    std::optional<uint16_t> destination_port;
    api::Verdict verdict = api::Verdict::direct;
    uint16_t rule = api::kNone;
    uint16_t segment = api::kNone;
    std::string server_name;  ///< empty: not known
    bool late_name =
        false;  ///< a rule would have chosen by this name, but it came after the path was chosen
    api::IpAddress origin;
    uint16_t peer = api::kNone;  ///< slot
    uint64_t packets_out = 0;    ///< from the client
    uint64_t packets_in = 0;
    uint64_t bytes_out = 0;  ///< IP bytes
    uint64_t bytes_in = 0;
    api::DropReason drop_reason = api::DropReason::count;  ///< count: none
};

/// The record's fields; names, list and entry as `generation` has them.
[[nodiscard]] Json flow_json(const FlowRecord& record, const Generation& generation);

/// The same as one line without the newline.
[[nodiscard]] std::string to_json_line(const FlowRecord& record, const Generation& generation);

}  // namespace egret::control
