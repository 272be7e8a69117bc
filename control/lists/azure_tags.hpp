// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/list_builder.hpp"
#include "control/lists/list_report.hpp"

#include <string>

namespace egret::control {

/// Reads the tags the section selects out of Azure's service tags (domain page section 3.2): an object
/// with `values`, each with `name` and `properties.addressPrefixes`, both families mixed. The version
/// is `changeNumber`. What is wrong is reported; false after an error.
[[nodiscard]] bool
read_azure_tags(const std::string& text, ListReport& report, ListBuilder& builder);

}  // namespace egret::control
