// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/sign_ins.hpp"

#include "control/daemon/clock.hpp"
#include "control/daemon/journal.hpp"
#include "control/daemon/sign_in_journal.hpp"

#include <algorithm>

namespace egret::control {
namespace {

/// A wall clock that was set, rather than slewed, moves further than this at once.
constexpr uint64_t kStepNs = 1'000'000'000;

uint64_t wall_offset_ns(const Moment& now) noexcept {
    return now.unix_ns - now.now_ns;
}

}  // namespace

SignIns::SignIns(EventLoop& loop, Log& log, std::filesystem::path base)
    : log_(log),
      base_(std::move(base)),
      file_(loop, log),
      wall_offset_ns_(wall_offset_ns(read_clocks())),
      advance_timer_(loop, [this] { advance(); }) {}

SignIns::~SignIns() {
    for (Chapter& chapter : chapters_) {
        chapter.log.finish();
    }
}

void SignIns::expect(const GenerationBook::Shared& generation) {
    const uint64_t number = generation->tables.generation;
    const Chapter* known = find(number);
    if (generation->tables.role != api::Role::edge ||
        (known != nullptr && known->generation == generation)) {
        return;
    }
    // A generation the dataplane refused may come again, corrected, under its old number.
    chapters_.remove_if([&](Chapter& chapter) {
        const bool is_replaced = chapter.generation->tables.generation == number;
        if (is_replaced) {
            chapter.log.finish();
        }
        return is_replaced;
    });
    if (chapters_.size() == kMaxChapters) {
        chapters_.front().log.finish();
        chapters_.pop_front();
    }
    begin(generation);
    advance_timer_.set(read_clocks().now_ns + kAdvanceNs);
}

SignIns::Chapter& SignIns::begin(const GenerationBook::Shared& generation) {
    Chapter& chapter =
        chapters_.emplace_back(generation, [this](const std::string& line) { take(line); });
    chapter.last_opened_ns = read_clocks().now_ns;
    return chapter;
}

void SignIns::set_generation(const GenerationBook::Shared& generation) {
    expect(generation);
    const LogSection& log = generation->config.log;
    const bool is_edge = generation->tables.role == api::Role::edge;
    file_.set_path(
        is_edge && !log.sign_ins->empty() ? base_ / *log.sign_ins : std::filesystem::path(),
        {.max_bytes = *log.rotate_bytes, .keep = *log.keep}
    );
    is_journaling_ = is_edge && *log.journal;
    if (recent_.empty()) {
        // Of the process before this one.
        recent_ = file_.last_lines(kKept);
    }
}

void SignIns::on_event(const api::Event& event) {
    follow_wall_clock();
    api::Event dated = event;
    dated.time_ns += wall_offset_ns_;
    if (event.kind != api::EventKind::flow_opened) {
        for (Chapter& chapter : chapters_) {
            chapter.log.on_event(dated);
        }
    } else if (Chapter* chapter = find(event.generation)) {
        chapter->last_opened_ns = read_clocks().now_ns;
        chapter->log.on_event(dated);
    } else if (event.presented.present()) {
        log_.warning(
            "sign-in under a generation that is no longer known, not recorded",
            {{"generation", std::to_string(event.generation)}}
        );
    }
}

SignIns::Chapter* SignIns::find(uint64_t generation) {
    const auto found = std::ranges::find_if(chapters_, [&](const Chapter& chapter) {
        return chapter.generation->tables.generation == generation;
    });
    return found == chapters_.end() ? nullptr : &*found;
}

/// SignInLog's time never goes back: after the wall clock was set, what waited is written.
void SignIns::follow_wall_clock() {
    const uint64_t offset_ns = wall_offset_ns(read_clocks());
    const uint64_t step_ns = offset_ns - wall_offset_ns_;
    wall_offset_ns_ = offset_ns;
    if (step_ns <= kStepNs || 0 - step_ns <= kStepNs) {
        return;
    }
    std::list<Chapter> before = std::exchange(chapters_, {});
    for (Chapter& chapter : before) {
        chapter.log.finish();
        begin(chapter.generation);
    }
}

/// All but the newest: a generation is not kept for flows that do not come.
void SignIns::end_late_chapters(uint64_t now_ns) {
    while (chapters_.size() > 1 && age_ns(chapters_.front().last_opened_ns, now_ns) > kLateNs) {
        chapters_.front().log.finish();
        chapters_.pop_front();
    }
}

void SignIns::advance() {
    follow_wall_clock();
    const Moment now = read_clocks();
    end_late_chapters(now.now_ns);
    for (Chapter& chapter : chapters_) {
        chapter.log.advance(now.unix_ns);
    }
    advance_timer_.set(now.now_ns + kAdvanceNs);
}

void SignIns::take(const std::string& line) {
    file_.append(line);
    recent_.push_back(line);
    if (recent_.size() > kKept) {
        recent_.pop_front();
    }
    if (is_journaling_) {
        send_to_journal(journal_fields(Json::parse(line, nullptr, false)));
    }
    followers_.remove_if([&](const Follower& follower) { return !follower(line); });
}

}  // namespace egret::control
