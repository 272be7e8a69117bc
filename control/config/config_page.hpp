// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace egret::control {

/// CONFIG.md: every section and key of the schema, with type, range, default and effect. A test
/// holds the page in the repository against it; `config_page` prints it anew.
[[nodiscard]] std::string config_page();

}  // namespace egret::control
