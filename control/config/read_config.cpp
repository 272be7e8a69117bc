// SPDX-License-Identifier: Apache-2.0
#include "control/config/read_config.hpp"

namespace egret::control {

Config read_config(const Value& document, const std::filesystem::path& base, Findings& findings) {
    Config config;
    config.file = findings.file();
    const TableReader reader(document, base);
    read_node_sections(reader, config, findings);
    read_peers(reader, config, findings);
    read_list_sections(reader, config, findings);
    read_traffic_sections(reader, config, findings);
    read_policy_sections(reader, config, findings);
    return config;
}

}  // namespace egret::control
