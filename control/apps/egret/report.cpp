// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/report.hpp"

namespace egret::control {

void print_findings(std::ostream& out, const std::vector<Finding>& findings, Severity least) {
    for (const Finding& finding : findings) {
        if (finding.severity >= least) {
            out << to_text(finding) << '\n';
        }
    }
}

}  // namespace egret::control
