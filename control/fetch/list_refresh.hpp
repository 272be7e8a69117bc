// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/fetch/list_fetch.hpp"
#include "control/lists/take_copy.hpp"

#include <egret/crypto/random.hpp>

#include <tl/expected.hpp>

/// Bringing a list up to date, but for the waiting: begin, then whatever came of it.
namespace egret::control {

/// The download of a list with an `https:` source, conditional if there is a copy that is still good.
/// Error: one clause.
[[nodiscard]] tl::expected<ListFetch, std::string> begin_fetch(
    const ListStore& store,
    const ListSection& section,
    uint64_t now_ns,
    uint64_t timeout_ms = ListFetch::kTimeoutMs
);

/// What came of a download, made the last good copy or noted beside it. Error: one clause.
[[nodiscard]] tl::expected<Taken, std::string> end_fetch(
    const ListStore& store,
    const ListSection& section,
    const ListFetch::Outcome& outcome,
    const TakeOptions& options,
    crypto::Random& random
);

/// The same for a list with a `file:` source, in one.
[[nodiscard]] tl::expected<Taken, std::string> take_file(
    const ListStore& store,
    const ListSection& section,
    const TakeOptions& options,
    crypto::Random& random
);

/// When a list is to be looked at next, in ns since 1970: at once if it never was.
[[nodiscard]] uint64_t
next_look_ns(const ListStore& store, const ListSection& section, crypto::Random& random);

}  // namespace egret::control
