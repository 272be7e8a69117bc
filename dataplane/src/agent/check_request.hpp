// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/messages.hpp>

namespace egret {

/// True if every value of a request is one there can be. The channel has checked its size alone; a value that is out of range
/// would index an array of the packet path.
[[nodiscard]] bool is_possible(const api::Install& request) noexcept;
[[nodiscard]] bool is_possible(const api::SetPeerState& request) noexcept;
[[nodiscard]] bool is_possible(const api::SendHandshake& request) noexcept;
[[nodiscard]] bool is_possible(const api::List& request) noexcept;

}  // namespace egret
