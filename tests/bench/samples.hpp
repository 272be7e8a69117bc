// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace egret::bench {

/// One number per lap. The median is what is reported: a lap that was interrupted falls out of it.
class Samples {
  public:
    void add(double value) { values_.push_back(value); }

    /// 0 without samples.
    [[nodiscard]] double median() const {
        if (values_.empty()) {
            return 0;
        }
        std::vector<double> sorted = values_;
        const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
        std::nth_element(sorted.begin(), middle, sorted.end());
        return *middle;
    }

    /// The least disturbed lap; 0 without samples.
    [[nodiscard]] double least() const {
        return values_.empty() ? 0 : *std::min_element(values_.begin(), values_.end());
    }

  private:
    std::vector<double> values_;
};

}  // namespace egret::bench
