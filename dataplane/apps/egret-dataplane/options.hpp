// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/port.hpp"

#include <egret/aead_choice.hpp>

#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace egret {

/// The command line of egret-dataplane.
struct Options {
    std::string run_dir;
    std::vector<PortOption> ports;
    unsigned workers = 1;  ///< where `eal` names no lcores: there all but the first are workers
    AeadWish aead;
    std::vector<std::string> eal;  ///< what stands behind "--"
};

/// Why the program does not go on: the command line, or help that was asked for.
struct Leave {
    int status;
    std::string text;  ///< empty: all was said
};

/// Reads the command line. Help goes to standard output.
[[nodiscard]] tl::expected<Options, Leave> read_options(std::span<char* const> arguments);

}  // namespace egret
