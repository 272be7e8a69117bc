// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

/// Which generations a node ran, since when and by whom: the last entry is what runs.
namespace egret::control {

/// Entries, and with them generations, that are kept.
inline constexpr size_t kMaxHistory = 20;

/// Why a generation became the running one.
enum class HistoryCause : uint8_t {
    push,
    rollback,     ///< an operator's
    unconfirmed,  ///< the one before was provisional and was not confirmed in time
    unreachable,  ///< no peer could be reached any more under the one before, which was provisional
    restarted,    ///< the machine started anew before the one before was confirmed
    found,        ///< it was in the state directory, which knew no history
};

/// "push", "rollback", "not confirmed", "no peer reachable", "restarted unconfirmed", "found".
[[nodiscard]] std::string_view name_of(HistoryCause cause) noexcept;

/// Who asked for something.
struct Operator {
    uint32_t user = 0;
    std::string name;  ///< of the user; empty if it has none

    friend bool operator==(const Operator&, const Operator&) = default;
};

/// A generation that is taken back unless it is confirmed. The deadline is one of CLOCK_BOOTTIME and means something only
/// during the boot it was set in.
struct Provisional {
    std::string boot_id;  ///< of the kernel
    uint64_t deadline_ns = 0;
    uint64_t within_s = 0;  ///< as it was asked for

    friend bool operator==(const Provisional&, const Provisional&) = default;
};

struct HistoryEntry {
    uint64_t generation = 0;
    HistoryCause cause = HistoryCause::push;
    uint64_t unix_ns = 0;        ///< 0: not known
    std::optional<Operator> by;  ///< absent: nobody, the node itself
    std::string signed_by;       ///< the signing key's name; empty: unsigned
    bool forced = false;         ///< the interlock was overridden
    std::optional<Provisional> provisional;
    uint64_t confirmed_unix_ns = 0;  ///< 0: not confirmed, or nothing was to confirm

    [[nodiscard]] bool is_provisional() const noexcept {
        return provisional.has_value() && confirmed_unix_ns == 0;
    }

    friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};

using History = std::vector<HistoryEntry>;

/// How the entry at `index` ended, as a clause: "replaced by 18"; "runs", "runs until it is confirmed or 60 s are over".
[[nodiscard]] std::string end_of(const History& history, size_t index);

/// As the file in the state directory has it.
[[nodiscard]] std::string history_text(const History& history);

/// Error: the text is no history, one clause. At most kMaxHistory entries, the newest.
[[nodiscard]] tl::expected<History, std::string> parse_history(std::string_view text);

}  // namespace egret::control
