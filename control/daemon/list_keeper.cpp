// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/list_keeper.hpp"

#include "control/daemon/clock.hpp"
#include "control/fetch/list_refresh.hpp"
#include "control/lists/shrink_guard.hpp"
#include "control/lists/waiting_entries.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <utility>

namespace egret::control {
namespace {

constexpr uint64_t kNsPerMs = 1'000'000;

/// A clock that was set back makes nobody wait for longer than `refresh` and this: the longest a server may ask for, and some.
constexpr uint64_t kLongestExtraNs = uint64_t{30} * 3'600'000 * kNsPerMs;

bool has_source(const ListSection& section) {
    return *section.format != ListFormat::inline_entries && !section.source->empty();
}

}  // namespace

ListKeeper::ListKeeper(
    EventLoop& loop,
    Log& log,
    const std::filesystem::path& state_directory,
    OnChanged on_changed
)
    : loop_(loop),
      log_(log),
      store_(ListStore::folder_in(state_directory)),
      on_changed_(std::move(on_changed)),
      timer_(loop, [this] { look_at_due(); }),
      transfers_(loop) {}

void ListKeeper::set_generation(const GenerationBook::Shared& generation) {
    generation_ = generation;
    const Moment now = read_clocks();
    std::map<std::string, uint64_t> due_ns;
    for (const ListSection& section : generation->config.lists) {
        if (!has_source(section)) {
            continue;
        }
        const auto before = due_ns_.find(*section.name);
        const bool is_looked_at = before != due_ns_.end() && before->second == kNever;
        const uint64_t next_ns = section.is_remote ? this->due_ns(section) : now.now_ns;
        due_ns[*section.name] = is_looked_at ? kNever : next_ns;
    }
    due_ns_ = std::move(due_ns);
    std::erase_if(problems_, [&](const auto& problem) { return !due_ns_.contains(problem.first); });
    forget_others();
    schedule();
}

/// When a list is to be looked at next, on the loop's clock.
uint64_t ListKeeper::due_ns(const ListSection& section) {
    const Moment now = read_clocks();
    const uint64_t wait_ns = age_ns(now.unix_ns, next_look_ns(store_, section, random_));
    return now.now_ns + std::min(wait_ns, *section.refresh_ms * kNsPerMs + kLongestExtraNs);
}

void ListKeeper::forget_others() const {
    constexpr auto kKept = std::chrono::hours(24 * 30);
    std::vector<std::string> keys;
    for (const ListSection& section : generation_->config.lists) {
        keys.push_back(copy_key(section));
    }
    store_.keep_only(keys, std::filesystem::file_time_type::clock::now() - kKept);
}

void ListKeeper::schedule() {
    uint64_t next_ns = kNever;
    for (const auto& [name, due_ns] : due_ns_) {
        next_ns = std::min(next_ns, due_ns);
    }
    timer_.set(next_ns);
}

void ListKeeper::look_at_due() {
    const uint64_t now_ns = read_clocks().now_ns;
    const GenerationBook::Shared generation = generation_;
    ++n_looking_;  // until all are begun: files are read at once
    for (const ListSection& section : generation->config.lists) {
        const auto due = due_ns_.find(*section.name);
        if (due != due_ns_.end() && due->second <= now_ns) {
            look(section, false, ListFetch::kTimeoutMs, [] {});
        }
    }
    --n_looking_;
    tell_change();
    schedule();
}

/// The list as the running generation has it; nullptr if that has another, or not all of its entries.
const List* ListKeeper::list_in_use(const ListSection& section) const {
    if (generation_ == nullptr || !section.minus.empty()) {
        return nullptr;
    }
    const auto& sections = generation_->config.lists;
    const auto found = std::ranges::find_if(sections, [&](const ListSection& other) {
        return copy_key(other) == copy_key(section);
    });
    return found == sections.end()
               ? nullptr
               : &generation_->lists[static_cast<size_t>(found - sections.begin())];
}

void ListKeeper::look(
    const ListSection& section,
    bool allows_shrinking,
    uint64_t timeout_ms,
    std::function<void()> then
) {
    if (const auto due = due_ns_.find(*section.name); due != due_ns_.end()) {
        due->second = kNever;
    }
    ++n_looking_;
    const uint64_t now_ns = read_clocks().unix_ns;
    if (!section.is_remote) {
        const TakeOptions options{
            .now_ns = now_ns,
            .allows_shrinking = allows_shrinking,
            .in_use = list_in_use(section)};
        conclude(section, take_file(store_, section, options, random_));
        then();
        return;
    }
    auto fetch = begin_fetch(store_, section, now_ns, timeout_ms);
    if (!fetch) {
        conclude(section, tl::unexpected(fetch.error()));
        then();
        return;
    }
    step(std::make_shared<Job>(Job{section, std::move(*fetch), allows_shrinking, std::move(then)}));
}

void ListKeeper::step(const std::shared_ptr<Job>& job) {
    transfers_.start(job->fetch.next(), [this, job](HttpResponse response) {
        const auto outcome = job->fetch.take(std::move(response));
        if (!outcome) {
            step(job);
            return;
        }
        const TakeOptions options{
            .now_ns = read_clocks().unix_ns,
            .allows_shrinking = job->allows_shrinking};
        conclude(job->section, end_fetch(store_, job->section, *outcome, options, random_));
        job->then();
    });
}

void ListKeeper::conclude(
    const ListSection& section,
    const tl::expected<Taken, std::string>& taken
) {
    --n_looking_;
    const std::string& name = *section.name;
    if (taken) {
        problems_.erase(name);
        note_change(section, *taken);
    } else {
        if (due_ns_.contains(name)) {
            problems_[name] = taken.error();
        }
        log_.warning("list not updated", {{"list", name}, {"reason", taken.error()}});
    }
    if (const auto due = due_ns_.find(name); due != due_ns_.end()) {
        due->second = due_ns(section);
        schedule();
    }
    tell_change();
}

/// Once for all that are looked at together.
void ListKeeper::tell_change() {
    if (n_looking_ == 0 && std::exchange(is_changed_, false)) {
        on_changed_();
    }
}

/// What waits is no part of the tables, but of what is told about the running generation.
void ListKeeper::note_waiting(const Taken& taken, const List& running) {
    const std::vector<std::string> waiting = waiting_in(taken.list);
    if (!taken.is_waiting_changed || waiting == waiting_in(running)) {
        return;
    }
    is_changed_ = true;
    if (!waiting.empty()) {
        log_.warning(
            "new list entries held, not used",
            {{"list", taken.list.name},
             {"entries", std::to_string(waiting.size())},
             {"remedy", "egret lists accept " + taken.list.name}}
        );
    }
}

/// The running generation may have been built with these entries already: a push reads files itself.
void ListKeeper::note_change(const ListSection& section, const Taken& taken) {
    if (!(taken.is_changed || taken.is_waiting_changed) || generation_ == nullptr) {
        return;
    }
    const auto& sections = generation_->config.lists;
    const auto kept = std::ranges::find_if(sections, [&](const ListSection& one) {
        return *one.name == *section.name && *one.source == *section.source;
    });
    if (kept == sections.end()) {
        return;
    }
    const List& running = generation_->lists[static_cast<size_t>(kept - sections.begin())];
    note_waiting(taken, running);
    if (!taken.is_changed || (section.minus.empty() && have_same_entries(running, taken.list))) {
        return;
    }
    is_changed_ = true;
    log_.info(
        "list updated",
        {{"list", *section.name},
         {"prefixes", std::to_string(taken.list.prefixes.size())},
         {"domains", std::to_string(taken.list.domains.size())},
         {"version", taken.list.origin.version}}
    );
}

namespace {

/// Calls `then` when the last of its copies is gone.
std::shared_ptr<void> when_all_done(std::function<void()> then) {
    return {nullptr, [then = std::move(then)](void*) { then(); }};
}

}  // namespace

void ListKeeper::update(const UpdateRequest& request, std::function<void()> then) {
    const auto all_done = when_all_done(std::move(then));
    const GenerationBook::Shared generation = generation_;
    if (generation == nullptr) {
        return;
    }
    ++n_looking_;
    for (const ListSection& section : generation->config.lists) {
        const bool is_meant =
            request.names.empty() ||
            std::ranges::find(request.names, *section.name) != request.names.end();
        if (is_meant && has_source(section) && request.takes_previous) {
            ++n_looking_;
            conclude(section, take_previous(store_, section, read_clocks().unix_ns));
        } else if (is_meant && has_source(section)) {
            look(section, request.allows_shrinking, ListFetch::kTimeoutMs, [all_done] {});
        }
    }
    --n_looking_;
    tell_change();
}

tl::expected<void, std::string>
ListKeeper::accept(const std::string& name, const std::vector<std::string>& entries) {
    const GenerationBook::Shared generation = generation_;
    for (size_t i = 0; generation != nullptr && i < generation->config.lists.size(); ++i) {
        const ListSection& section = generation->config.lists[i];
        if (*section.name != name || !has_source(section)) {
            continue;
        }
        auto taken = accept_waiting(store_, section, entries, read_clocks().unix_ns);
        if (!taken) {
            return tl::unexpected(taken.error());
        }
        note_change(section, *taken);
        tell_change();
        return {};
    }
    return tl::unexpected(std::string("it has no source, so nothing of it waits"));
}

bool ListKeeper::lacks_copies(const Config& config) const {
    return std::ranges::any_of(config.lists, [&](const ListSection& section) {
        return section.is_remote && !list_from_copy(store_, section, 0);
    });
}

void ListKeeper::fetch_missing(const Config& config, std::function<void()> then) {
    const auto all_done = when_all_done(std::move(then));
    for (const ListSection& section : config.lists) {
        if (section.is_remote && !list_from_copy(store_, section, 0)) {
            look(section, false, kFetchMissingMs, [all_done] {});
        }
    }
}

std::vector<std::string> ListKeeper::problems() const {
    std::vector<std::string> sentences;
    for (const auto& [name, problem] : problems_) {
        sentences.push_back(fmt::format("list {} is not up to date: {}", name, problem));
    }
    return sentences;
}

}  // namespace egret::control
