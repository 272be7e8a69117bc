// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace egret::control {

/// How much of a file's end holds its metadata at most, as the format has it.
inline constexpr uint64_t kMaxMmdbMetadataBytes = 128 * 1024;

/// What is wrong with the metadata of a database in MaxMind's format; empty if nothing is. `tail` is
/// the end of the file, kMaxMmdbMetadataBytes of it or all.
///
/// It runs before libmaxminddb sees the file: 1.7.1 multiplies the number of nodes without looking
/// for overflow and then reads nodes that are not there, and follows what the metadata's sizes say.
/// Whatever passes has whole values, no pointers, and a tree that fits the file.
[[nodiscard]] std::string mmdb_metadata_complaint(std::string_view tail, uint64_t file_bytes);

}  // namespace egret::control
