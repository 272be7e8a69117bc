// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/journal.hpp"

#include <sys/uio.h>
#include <systemd/sd-journal.h>

namespace egret::control {

void send_to_journal(std::vector<std::string> fields) {
    std::vector<iovec> parts;
    parts.reserve(fields.size());
    for (std::string& field : fields) {
        parts.push_back({field.data(), field.size()});
    }
    sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
}

}  // namespace egret::control
