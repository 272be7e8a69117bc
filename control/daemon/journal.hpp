// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace egret::control {

/// Sends one entry to the systemd journal: texts "NAME=value", one of them MESSAGE (sd_journal_sendv(3)). On a machine without
/// a journal nothing happens.
void send_to_journal(std::vector<std::string> fields);

}  // namespace egret::control
