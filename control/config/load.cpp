// SPDX-License-Identifier: Apache-2.0
#include "control/config/load.hpp"

#include "control/config/config_toml.hpp"
#include "control/config/cross_check.hpp"
#include "control/config/prescan.hpp"
#include "control/config/read_config.hpp"
#include "control/config/read_file.hpp"
#include "control/config/validate.hpp"

namespace egret::control {

std::optional<Config>
parse_config(const std::string& text, const std::filesystem::path& base, Findings& findings) {
    std::optional<Value> document = parse_toml(text, findings);
    if (!document) {
        return std::nullopt;
    }
    validate(*document, findings);
    Config config = read_config(*document, base, findings);
    cross_check(config, findings);
    return config;
}

std::optional<Config> load_config(const std::filesystem::path& path, Findings& findings) {
    const auto text = read_file(path, kMaxConfigBytes);
    if (!text) {
        findings.error({}, "", text.error());
        return std::nullopt;
    }
    return parse_config(*text, path.parent_path(), findings);
}

}  // namespace egret::control
