// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/entry.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace egret::control {

/// An entry a publisher took out of a list, and which stays for a while (`keep_removed`).
struct KeptEntry {
    std::string text;  ///< a prefix or a domain
    std::string part;
    EntryPorts ports;
    uint64_t gone_ns = 0;  ///< when it was missing first, in ns since 1970
};

/// An entry a publisher has listed before it is used.
struct ComingEntry {
    std::string text;
    std::string date;  ///< YYYYMMDD
};

/// Everything known of the last good copy of a list, but for its text, and of what came after it. Times
/// are ns since 1970; 0 is never.
struct ListCopy {
    std::string source;         ///< as ListSection::source
    std::string format;         ///< as the configuration names it
    std::string hash;           ///< of the text, hexadecimal; empty: there is no copy yet
    std::string previous_hash;  ///< of the copy before; empty if there was none
    std::string rejected_hash;  ///< of a text that was taken back by hand, and does not come again
    std::string version;        ///< as the publisher counts
    std::string previous_version;
    std::string seen_version;  ///< the newest the publisher ever named, taken back or not
    std::string etag;
    std::string last_modified;
    uint64_t fetched_ns = 0;  ///< when this text came
    uint64_t checked_ns = 0;  ///< when the source last said that this is what it has
    std::vector<KeptEntry> kept;
    std::vector<ComingEntry> coming;
    std::vector<std::string>
        waiting;  ///< prefixes and names of the text nobody has accepted yet, as waiting_after gives them
    std::string problem;  ///< why the newest try gave nothing, one sentence; empty: it went well
    uint64_t problem_ns = 0;
    uint32_t failures = 0;       ///< in a row
    uint64_t not_before_ns = 0;  ///< the source is not to be asked again before
};

/// As one JSON object, and back; nothing if it is none or holds too much.
[[nodiscard]] std::string to_text(const ListCopy& copy);
[[nodiscard]] std::optional<ListCopy> parse_list_copy(std::string_view text);

/// Largest text of a ListCopy: a list that loses everything it may hold is refused long before.
inline constexpr size_t kMaxListCopyBytes = size_t{64} << 20;

}  // namespace egret::control
