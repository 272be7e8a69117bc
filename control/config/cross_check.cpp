// SPDX-License-Identifier: Apache-2.0
#include "control/config/cross_check.hpp"

namespace egret::control {

void cross_check(const Config& config, Findings& findings) {
    check_names(config, findings);
    check_references(config, findings);
    check_ports(config, findings);
    check_peers(config, findings);
    check_restore(config, findings);
    check_lists(config, findings);
    if (!findings.has_errors()) {
        warn_of_effects(config, findings);
    }
}

}  // namespace egret::control
