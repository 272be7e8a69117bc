// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/list_store.hpp"
#include "control/lists/load_lists.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace CLI {
class App;
}

/// Copies of lists for commands that answer from a configuration.
namespace egret::control {

/// ns since 1970.
[[nodiscard]] uint64_t wall_clock_ns() noexcept;

/// The copies of a state directory, or none.
class ListCopies {
  public:
    /// Adds --state-dir.
    void add_option(CLI::App& command);

    /// What load_generation is told; good for as long as this object.
    [[nodiscard]] ListOptions options();

  private:
    std::string state_directory_;
    std::optional<ListStore> store_;
};

}  // namespace egret::control
