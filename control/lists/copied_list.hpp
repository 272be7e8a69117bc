// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/lists/entry.hpp"
#include "control/lists/list_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>

/// What a list is made of: its last good copy, without what waits to be accepted, with what is kept of
/// earlier versions.
namespace egret::control {

/// What the copies of a list are kept under: its name, source and format, so that the copies of a pushed
/// configuration do not take the place of the running one's.
[[nodiscard]] std::string copy_key(const ListSection& section);

/// What is known of the list, if it is of the section's source and format.
[[nodiscard]] std::optional<ListCopy> copy_of(const ListStore& store, const ListSection& section);

/// The list as its last good copy has it, with what is kept of earlier versions. Error: one clause.
[[nodiscard]] tl::expected<List, std::string>
list_from_copy(const ListStore& store, const ListSection& section, uint64_t now_ns);

/// A list as two of its versions have it, with what waits and without what is kept.
struct ListVersions {
    List before;
    List after;
};

/// The copy before the last, and the last. Error: one clause.
[[nodiscard]] tl::expected<ListVersions, std::string>
last_versions(const ListStore& store, const ListSection& section);

/// A text as a list, if it is signed and good. Error: one clause.
[[nodiscard]] tl::expected<List, std::string>
judge_text(const ListSection& section, const std::string& text, const std::string& signature);

/// The list of a stored copy as its text has it. Error: one clause.
[[nodiscard]] tl::expected<List, std::string>
bare_list(const ListStore& store, const ListSection& section, const ListCopy& copy);

/// The text's list as the node uses it: what waits is put aside, what is kept is added.
[[nodiscard]] List
as_used(const ListSection& section, const ListCopy& copy, uint64_t now_ns, List list);

/// A format as the configuration names it.
[[nodiscard]] std::string format_name(const ListSection& section);

/// How long what a version removed stays.
[[nodiscard]] inline uint64_t keep_removed_ns(const ListSection& section) noexcept {
    constexpr uint64_t kNsPerMs = 1'000'000;
    return *section.keep_removed_ms * kNsPerMs;
}

}  // namespace egret::control
