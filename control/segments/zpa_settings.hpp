// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/finding.hpp"
#include "control/segments/segment_objects.hpp"

#include <map>
#include <string>

namespace egret::control {

/// Counts settings of segments that have no counterpart here, so that nothing is dropped in silence
/// and yet a thousand segments say it once.
class UnreadSettings {
  public:
    /// Looks through the members of one segment called `name`.
    void look_at(const SegmentJson& segment, const std::string& name);

    /// One note per setting, and one per member nobody knows (the first twenty).
    void report(Findings& findings) const;

  private:
    struct Seen {
        size_t count = 0;
        std::string first;  ///< the segment's name
    };

    void count(const std::string& key, const std::string& name, std::map<std::string, Seen>& among);

    std::map<std::string, Seen> settings_;  ///< by the API's spelling
    std::map<std::string, Seen> unknown_;   ///< as written
};

}  // namespace egret::control
