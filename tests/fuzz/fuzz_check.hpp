// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/events.hpp>

#include <cstdlib>

namespace egret::test {

/// Ends the program where a property does not hold, whatever the build type: the fuzzer keeps the input.
inline void require(bool holds) noexcept {
    if (!holds) {
        std::abort();
    }
}

/// A name as every parser promises it: lower-case host name characters, no empty label.
inline void require_host_name(const api::ServerName& name) noexcept {
    const std::string_view text = name.view();
    require(!text.empty() && text.front() != '.' && text.back() != '.');
    require(text.find("..") == std::string_view::npos);
    require(
        text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") == std::string_view::npos
    );
}

}  // namespace egret::test
