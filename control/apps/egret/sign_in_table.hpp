// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace egret::control {

/// Collects sign-in records for eyes: one row each, as many as a screenful takes; the file has all of them.
class SignInTable {
  public:
    /// `edge` presents the sign-ins; it tells what the service would have seen without restoration.
    explicit SignInTable(const Generation& edge)
        : edge_(edge) {}

    /// Takes one line of `signins.jsonl`.
    void add(const std::string& line);

    void print(std::ostream& out) const;

  private:
    static constexpr size_t kMaxRows = 60;

    const Generation& edge_;
    std::vector<std::vector<std::string>> rows_;
    size_t n_left_out_ = 0;
};

/// The address the service sees of a family where nothing is restored: the pool's, else the edge's own outside one.
[[nodiscard]] api::IpAddress ordinary_address(const Config& edge, api::Family family);

}  // namespace egret::control
