// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/records/json.hpp"

#include <string>
#include <vector>

/// What `egret` shows of the records of egretd (control/daemon/dataplane_json.hpp and operator_status.cpp), for eyes: at most
/// 120 columns, a line's end behind each line. Members that are missing count as null.
namespace egret::control {

using Records = std::vector<Json>;

/// One record: the node.
[[nodiscard]] std::string status_view(const Records& records);

[[nodiscard]] std::string ports_view(const Records& ports, const Records& neighbours);

[[nodiscard]] std::string tunnels_view(const Records& tunnels);

[[nodiscard]] std::string flows_view(const Records& flows);

/// One record: the node's counters.
[[nodiscard]] std::string counters_view(const Records& records);

[[nodiscard]] std::string clients_view(const Records& clients);
/// What is different between two configurations.
[[nodiscard]] std::string diff_view(const Records& changes);

/// Which generations ran, the oldest first.
[[nodiscard]] std::string history_view(const Records& history);

/// What operators did and were refused, the oldest first.
[[nodiscard]] std::string audit_view(const Records& records);

/// Lists as list_json (control/records/list_records.hpp) has them; what is wrong below them.
[[nodiscard]] std::string lists_view(const Records& lists);

/// The entries of one list, as entry_json has them.
[[nodiscard]] std::string list_entries_view(const Records& entries);

/// What lists lose and gain, as list_diff_json has it.
[[nodiscard]] std::string list_diff_view(const Records& diffs);

[[nodiscard]] std::string sign_ins_view(const Records& sign_ins);

/// One sign-in as a line under no heading, for a stream.
[[nodiscard]] std::string sign_in_row(const Json& record);

/// A member of a record; null if it is not there.
[[nodiscard]] const Json& member(const Json& record, const char* name);

}  // namespace egret::control
