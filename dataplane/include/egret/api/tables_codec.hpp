// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/tables.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace egret::api {

/// Tables as they go through a memfd: each array with its length in front, in the order of struct Tables. For the process on
/// the other side of the socket only: byte order and layout are the machine's.
[[nodiscard]] std::vector<std::byte> encode(const Tables& tables);

/// Reads what `encode` wrote and believes nothing: every length is held against what is left, every index and slice against
/// the array it points into, every enumerator, prefix length and range against what is possible. Error: one sentence.
[[nodiscard]] tl::expected<Tables, std::string> decode_tables(std::span<const std::byte> bytes);

/// The largest encoded tables a dataplane takes: 250,000 prefixes and 10,000 peers with room to spare.
inline constexpr size_t kMaxTablesBytes = size_t{64} << 20;

}  // namespace egret::api
