// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/config/finding.hpp"

#include <string>
#include <string_view>

namespace egret::control {

/// Says what is wrong with a list file at the place where the configuration names it.
class ListReport {
  public:
    ListReport(const ListSection& section, Findings& findings)
        : section_(section),
          findings_(findings) {}

    void error(std::string_view message) {
        findings_.error(section_.source.at, "list.source", with_path(message));
    }

    void warning(std::string_view message) {
        findings_.warning(section_.source.at, "list.source", with_path(message));
    }

    void note(std::string_view message) {
        findings_.note(section_.source.at, "list.source", with_path(message));
    }

    void error_at(SourceLocation at, std::string_view key, std::string_view message) {
        findings_.error(at, key, with_path(message));
    }

    [[nodiscard]] const ListSection& section() const noexcept { return section_; }

  private:
    [[nodiscard]] std::string with_path(std::string_view message) const {
        return *section_.source + ": " + std::string(message);
    }

    const ListSection& section_;
    Findings& findings_;
};

}  // namespace egret::control
