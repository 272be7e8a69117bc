// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/lists/copied_list.hpp"
#include "control/lists/entry.hpp"
#include "control/lists/list_store.hpp"

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

/// How a text becomes the last good copy of a list, and what a list is made of.
namespace egret::control {

/// What a source gave.
struct ListText {
    std::string text;
    std::string signature;
    std::string version;  ///< as a service beside the text says; empty: the text knows, or nobody
    std::string etag;
    std::string last_modified;
    std::vector<ComingEntry> coming;
    uint64_t gone_ns = 0;  ///< when what is missing in it was taken out, if the publisher says
};

struct TakeOptions {
    uint64_t now_ns = 0;            ///< since 1970
    bool allows_shrinking = false;  ///< and what was taken back before
    /// The list as it runs, the caller's; nullptr: it does not. Says what is in use where no copy does: a
    /// push reads a file itself, which may be another one by the time of its first copy.
    const List* in_use = nullptr;
};

/// What a new text made of a list.
struct Taken {
    List list;  ///< as it is used: without what waits, with what is kept of earlier versions
    bool is_changed = false;          ///< the list has other entries than before
    bool is_waiting_changed = false;  ///< others wait than before
};

/// Holds a text against everything a list must be (its signature, its format, the guards, what it may
/// lose) and makes it the last good copy. Error: one clause; the copy before stays, and why is noted
/// beside it.
[[nodiscard]] tl::expected<Taken, std::string> take_copy(
    const ListStore& store,
    const ListSection& section,
    const ListText& given,
    const TakeOptions& options
);

/// What take_copy would make of a text; nothing is changed or noted. Error: one clause.
[[nodiscard]] tl::expected<List, std::string> preview_copy(
    const ListStore& store,
    const ListSection& section,
    const ListText& given,
    const TakeOptions& options
);

/// The source said that it has nothing new: as take_copy with the text of before.
[[nodiscard]] tl::expected<Taken, std::string>
confirm_copy(const ListStore& store, const ListSection& section, uint64_t now_ns);

/// Back to the copy before the last, which does not come again: only a text that is neither is taken from
/// now on. What only the last one had goes at once. Error: one clause; nothing has changed.
[[nodiscard]] tl::expected<Taken, std::string>
take_previous(const ListStore& store, const ListSection& section, uint64_t now_ns);

/// From now on these entries of what waits (`new_entries = "hold"`) are used, all that waits if none is
/// named: prefixes, or a part of one, and names. Error: one clause; nothing has changed.
[[nodiscard]] tl::expected<Taken, std::string> accept_waiting(
    const ListStore& store,
    const ListSection& section,
    const std::vector<std::string>& entries,
    uint64_t now_ns
);

/// Notes why a source gave nothing, and when it may be asked again.
void note_failure(
    const ListStore& store,
    const ListSection& section,
    const std::string& problem,
    uint64_t now_ns,
    uint64_t not_before_ns
);

/// Reads a `file:` source and, where the list must be signed, the signature beside it. Error: one
/// clause.
[[nodiscard]] tl::expected<ListText, std::string> read_list_file(const ListSection& section);

}  // namespace egret::control
