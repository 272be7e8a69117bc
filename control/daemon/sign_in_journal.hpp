// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/records/json.hpp"

#include <string>
#include <vector>

namespace egret::control {

/// A sign-in record as fields of a journal entry: MESSAGE, a sentence; EGRET_RECORD, the whole record as contract section 6 has
/// it; and what people select by, each where the record has it: EGRET_SITE, EGRET_PEER, EGRET_SEGMENT, EGRET_SERVER_NAME,
/// EGRET_IP_ADDRESS, EGRET_ORIGIN_ADDRESS. MESSAGE_ID is the same for all sign-ins.
[[nodiscard]] std::vector<std::string> journal_fields(const Json& record);

}  // namespace egret::control
