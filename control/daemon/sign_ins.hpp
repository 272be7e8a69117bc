// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/event_loop.hpp"
#include "control/daemon/generation_book.hpp"
#include "control/daemon/log.hpp"
#include "control/daemon/sign_in_file.hpp"
#include "control/records/sign_in_log.hpp"

#include <egret/api/events.hpp>

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <list>
#include <string>
#include <utility>

namespace egret::control {

/// The sign-in records of a running edge: made of flow events, kept in memory for `egret signins`, given to whoever follows,
/// and written to the file the configuration names and to the journal. A branch has none. Threads: the loop's.
class SignIns {
  public:
    static constexpr size_t kKept = 1000;
    /// How often records that wait for a server name are looked at.
    static constexpr uint64_t kAdvanceNs = 1'000'000'000;
    /// How long flows of the generation before may still come after a push.
    static constexpr uint64_t kLateNs = 60'000'000'000;

    /// Relative paths of the configuration are taken from `base`.
    SignIns(EventLoop& loop, Log& log, std::filesystem::path base);
    SignIns(const SignIns&) = delete;
    SignIns& operator=(const SignIns&) = delete;
    ~SignIns();

    /// The dataplane is about to get this generation: flows may open under it from now on.
    void expect(const GenerationBook::Shared& generation);

    /// Control works by this generation; its configuration says where records go.
    void set_generation(const GenerationBook::Shared& generation);

    /// A flow event; its times are the dataplane's.
    void on_event(const api::Event& event);

    /// Whether whoever follows wants to go on: takes one record as a line of JSON.
    using Follower = std::function<bool(const std::string& line)>;

    /// Calls `follower` for every record from now on, until it answers no.
    void follow(Follower follower) { followers_.push_back(std::move(follower)); }

    /// The newest last, at most kKept, as lines of JSON.
    [[nodiscard]] const std::deque<std::string>& recent() const noexcept { return recent_; }

    [[nodiscard]] const std::string& problem() const noexcept { return file_.problem(); }

  private:
    /// Flows that opened under one generation. Those of the one before may still be on their way when the dataplane has the
    /// next.
    struct Chapter {
        Chapter(GenerationBook::Shared its_generation, SignInLog::Sink sink)
            : generation(std::move(its_generation)),
              log(*generation, std::move(sink)) {}

        GenerationBook::Shared generation;
        SignInLog log;
        uint64_t last_opened_ns = 0;  ///< or when the chapter began
    };

    static constexpr size_t kMaxChapters = 3;

    [[nodiscard]] Chapter* find(uint64_t generation);
    Chapter& begin(const GenerationBook::Shared& generation);
    void follow_wall_clock();
    void end_late_chapters(uint64_t now_ns);
    void advance();
    void take(const std::string& line);

    Log& log_;
    std::filesystem::path base_;
    SignInFile file_;
    uint64_t wall_offset_ns_;  ///< wall clock minus the dataplane's; may wrap
    std::list<Chapter> chapters_;
    std::deque<std::string> recent_;
    std::list<Follower> followers_;
    bool is_journaling_ = false;
    Timer advance_timer_;
};

}  // namespace egret::control
