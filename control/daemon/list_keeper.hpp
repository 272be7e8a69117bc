// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/event_loop.hpp"
#include "control/daemon/generation_book.hpp"
#include "control/daemon/log.hpp"
#include "control/daemon/loop_transfers.hpp"
#include "control/fetch/list_fetch.hpp"
#include "control/lists/list_store.hpp"
#include "control/lists/take_copy.hpp"

#include <egret/crypto/random.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace egret::control {

/// Keeps the lists of the running generation fresh: looks for each at its `refresh`, makes what is good the
/// last good copy, and says when the generation is to be built anew with it. What is refused or does not
/// come is logged and shown, and the copy of before stays. Threads: the loop's.
class ListKeeper {
  public:
    /// A list of the running generation has other entries than it was built with.
    using OnChanged = std::function<void()>;

    ListKeeper(
        EventLoop& loop,
        Log& log,
        const std::filesystem::path& state_directory,
        OnChanged on_changed
    );

    [[nodiscard]] const ListStore& store() const noexcept { return store_; }

    /// The lists of this generation are kept from now on; `file:` lists are looked at once, so that the
    /// copies are those it was built with.
    void set_generation(const GenerationBook::Shared& generation);

    /// Looks for lists of the running generation now, all with a source if none is named; `then` is called
    /// when all have been looked at.
    struct UpdateRequest {
        std::vector<std::string> names;
        bool allows_shrinking = false;
        bool takes_previous = false;  ///< nobody is asked: back to the copy before
    };

    void update(const UpdateRequest& request, std::function<void()> then);

    /// Entries of a list that wait are used from now on, all of them if none is named. Error: one clause.
    [[nodiscard]] tl::expected<void, std::string>
    accept(const std::string& name, const std::vector<std::string>& entries);

    /// Downloads the lists of a configuration that were never downloaded, so that it can be built. `then`
    /// is called when each has come or failed, at once if there are none; no download takes longer than
    /// kFetchMissingMs.
    static constexpr uint64_t kFetchMissingMs = 60'000;
    void fetch_missing(const Config& config, std::function<void()> then);

    /// True if a list of `config` has to be downloaded before it can be built.
    [[nodiscard]] bool lacks_copies(const Config& config) const;

    /// Sentences about lists of the running generation that are not well.
    [[nodiscard]] std::vector<std::string> problems() const;

  private:
    /// A list on its way.
    struct Job {
        ListSection section;
        ListFetch fetch;
        bool allows_shrinking = false;
        std::function<void()> then;
    };

    [[nodiscard]] const List* list_in_use(const ListSection& section) const;
    void look(
        const ListSection& section,
        bool allows_shrinking,
        uint64_t timeout_ms,
        std::function<void()> then
    );
    void step(const std::shared_ptr<Job>& job);
    void conclude(const ListSection& section, const tl::expected<Taken, std::string>& taken);
    void note_waiting(const Taken& taken, const List& running);
    void note_change(const ListSection& section, const Taken& taken);
    void tell_change();
    [[nodiscard]] uint64_t due_ns(const ListSection& section);
    void look_at_due();
    void schedule();
    void forget_others() const;

    EventLoop& loop_;
    Log& log_;
    ListStore store_;
    OnChanged on_changed_;
    crypto::Random random_ = crypto::Random::system();
    GenerationBook::Shared generation_;
    std::map<std::string, uint64_t>
        due_ns_;  ///< by name, on the loop's clock; kNever while it is looked at
    std::map<std::string, std::string> problems_;  ///< by name
    size_t n_looking_ = 0;
    bool is_changed_ = false;
    Timer timer_;
    LoopTransfers transfers_;
};

}  // namespace egret::control
