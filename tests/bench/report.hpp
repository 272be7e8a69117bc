// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "measurement.hpp"

#include <string_view>
#include <vector>

namespace egret::bench {

/// Takes measurements and shows them: as JSON lines at once, or as tables at the end. Progress goes to a terminal's stderr.
class Report {
  public:
    explicit Report(bool json)
        : json_(json) {}

    void add(Measurement measurement);

    /// Says what is being measured now.
    void progress(std::string_view what) const;

    /// Prints the tables; nothing with JSON lines. Call once, at the end.
    void finish() const;

  private:
    bool json_;
    std::vector<Measurement> all_;
};

}  // namespace egret::bench
