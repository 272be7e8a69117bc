// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "measurement.hpp"

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace egret::bench {

/// Takes measurements and shows them: as JSON lines at once, or as tables at the end. Progress goes to a terminal's stderr.
class Report {
  public:
    /// `save` is a file for the JSON lines besides; empty: none.
    Report(bool json, const std::string& save)
        : json_(json),
          saves_(!save.empty()) {
        if (saves_) {
            save_.open(save);
        }
    }

    /// False if what was to be saved could not be written so far.
    [[nodiscard]] bool saved() { return !saves_ || save_.flush().good(); }

    void add(Measurement measurement);

    /// Says what is being measured now.
    void progress(std::string_view what) const;

    /// Prints the tables; nothing with JSON lines. Call once, at the end.
    void finish() const;

  private:
    bool json_;
    bool saves_;
    std::ofstream save_;
    std::vector<Measurement> all_;
};

}  // namespace egret::bench
