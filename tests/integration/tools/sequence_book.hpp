// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

namespace egret::test {

/// What became of numbered datagrams: which came back, how often, in what order, and the longest time without any.
class SequenceBook {
  public:
    /// The next number, sent now. The first is 0.
    uint64_t send(uint64_t now_ns);

    /// A number that came back.
    void receive(uint64_t number, uint64_t now_ns);

    [[nodiscard]] uint64_t sent() const noexcept { return came_back_.size(); }

    [[nodiscard]] uint64_t received() const noexcept { return received_; }

    [[nodiscard]] uint64_t lost() const noexcept { return sent() - received_; }

    /// Adds `sent`, `received`, `lost`, `first_lost`, `last_lost` (numbers or null), `duplicates`, `reordered`, `unknown`
    /// (numbers never sent) and `longest_gap_ms` (between two that came back, or to the first).
    void report(nlohmann::json& report) const;

  private:
    std::vector<bool> came_back_;  ///< by number
    uint64_t received_ = 0;
    uint64_t duplicates_ = 0;
    uint64_t reordered_ = 0;
    uint64_t unknown_ = 0;
    uint64_t next_expected_ = 0;  ///< one above the highest that came back
    uint64_t last_seen_ns_ = 0;   ///< when one came back, until then when the first was sent
    uint64_t longest_gap_ns_ = 0;
};

}  // namespace egret::test
