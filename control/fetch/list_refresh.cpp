// SPDX-License-Identifier: Apache-2.0
#include "control/fetch/list_refresh.hpp"

#include "control/fetch/backoff.hpp"

#include <algorithm>

namespace egret::control {
namespace {

constexpr uint64_t kNsPerMs = 1'000'000;

/// Microsoft asks for no more than one look at the version an hour.
uint64_t refresh_ms(const ListSection& section) {
    constexpr uint64_t kServiceMs = 3'600'000;
    const bool is_service = *section.format == ListFormat::m365 && section.is_remote &&
                            section.source->starts_with("https://endpoints.office.com/");
    return is_service ? std::max(*section.refresh_ms, kServiceMs) : *section.refresh_ms;
}

uint64_t retry_ns(
    const ListStore& store,
    const ListSection& section,
    uint64_t retry_after_ms,
    uint64_t now_ns,
    crypto::Random& random
) {
    const auto copy = copy_of(store, section);
    const uint32_t failures = copy ? copy->failures + 1 : 1;
    return now_ns + next_retry_ms(failures, refresh_ms(section), retry_after_ms, random) * kNsPerMs;
}

}  // namespace

tl::expected<ListFetch, std::string> begin_fetch(
    const ListStore& store,
    const ListSection& section,
    uint64_t now_ns,
    uint64_t timeout_ms
) {
    const auto id = store.client_request_id();
    if (!id) {
        return tl::unexpected(id.error());
    }
    // A copy that is of no use any more, damaged or without the signature it needs by now, must come anew.
    auto before = copy_of(store, section);
    if (before && !list_from_copy(store, section, now_ns)) {
        before.reset();
    }
    return ListFetch(section, std::move(before), *id, timeout_ms);
}

tl::expected<Taken, std::string> end_fetch(
    const ListStore& store,
    const ListSection& section,
    const ListFetch::Outcome& outcome,
    const TakeOptions& options,
    crypto::Random& random
) {
    using Kind = ListFetch::Outcome::Kind;
    if (outcome.kind == Kind::unchanged) {
        return confirm_copy(store, section, options.now_ns);
    }
    if (outcome.kind == Kind::fetched) {
        return take_copy(store, section, outcome.text, options);
    }
    note_failure(
        store,
        section,
        outcome.problem,
        options.now_ns,
        retry_ns(store, section, outcome.retry_after_ms, options.now_ns, random)
    );
    return tl::unexpected(outcome.problem);
}

tl::expected<Taken, std::string> take_file(
    const ListStore& store,
    const ListSection& section,
    const TakeOptions& options,
    crypto::Random& random
) {
    const auto given = read_list_file(section);
    if (!given) {
        const uint64_t again_ns = retry_ns(store, section, 0, options.now_ns, random);
        note_failure(store, section, given.error(), options.now_ns, again_ns);
        return tl::unexpected(given.error());
    }
    return take_copy(store, section, *given, options);
}

uint64_t next_look_ns(const ListStore& store, const ListSection& section, crypto::Random& random) {
    const auto copy = copy_of(store, section);
    if (!copy) {
        return 0;
    }
    const uint64_t last_ns = std::max(copy->checked_ns, copy->problem_ns);
    const uint64_t due_ns = last_ns + next_refresh_ms(refresh_ms(section), random) * kNsPerMs;
    return copy->not_before_ns != 0 ? copy->not_before_ns : due_ns;
}

}  // namespace egret::control
