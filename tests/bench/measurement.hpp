// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "samples.hpp"

#include <egret/crypto/aead.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace egret::bench {

/// One line of the benchmark (contract section 6, `bench`). Absent values become null.
///
/// `name` is the case, and behind slashes which part of it. What counts as a packet is the case's: one handshake, one push.
/// `size` is the payload of a data message before padding, in bytes; with `classify` and `push` the number of prefixes.
struct Measurement {
    std::string name;
    std::optional<crypto::Suite> suite;
    std::optional<std::string_view> backend;
    std::optional<uint32_t> size;
    bool mixed = false;  ///< `size` is the mean of a mix
    std::optional<uint32_t> flows;
    std::optional<int> outer;  ///< family of the outer packet, 4 or 6
    double cycles = 0;         ///< median over the laps
    double least = 0;          ///< of the least disturbed lap
    std::optional<double> raw_aead;
    bool cold = false;  ///< caches were made cold before each burst
};

/// True if what a measurement took beyond the raw AEAD says something: it is a whole way of a packet.
[[nodiscard]] bool is_whole_way(const Measurement& measurement) noexcept;

/// The rate one core reaches at that cost, by the frequency of the time stamp counter.
[[nodiscard]] double per_second(double cycles) noexcept;

}  // namespace egret::bench
