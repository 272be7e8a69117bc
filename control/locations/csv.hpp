// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/finding.hpp"
#include "control/config/range_set.hpp"

#include <string>
#include <string_view>

/// A location's ranges as the identity provider's bulk upload has them (domain row B16): one range
/// per row, no header, and what is uploaded replaces what was there.
namespace egret::control {

/// Larger files are refused.
inline constexpr size_t kMaxCsvBytes = size_t{16} << 20;

/// Reads rows: LF, CRLF or CR alone, a byte order mark, blank lines, blanks, quotes and a column of
/// remarks behind the first are taken. Host bits are cleared with a note. A row that is no range is
/// an error, but for a first one that looks like a header, which gets a note.
[[nodiscard]] RangeSet read_csv(std::string_view text, Findings& findings);

/// One canonical range per row, ending in CRLF as the format's RFC 4180 wants it.
[[nodiscard]] std::string csv_of(const RangeSet& ranges);

}  // namespace egret::control
