// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"

#include <egret/api/events.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>

namespace egret::control {

/// Turns an edge's flow events into sign-in records, one per presented flow (contract section 6).
///
/// A record waits until its server name is known, its flow closes, or kNameWait of event time has
/// passed; then it is written, always in the order in which the flows opened. A name the client
/// learned before a TCP flow opened is replaced by the one in the flow's own ClientHello. Memory is
/// bounded: when kMaxHeld records wait, the oldest goes out as it is. Threads: one owner.
class SignInLog {
  public:
    static constexpr uint64_t kNameWaitNs = 5'000'000'000;
    static constexpr size_t kMaxHeld = 65'536;

    /// Takes one line of JSON, without the newline.
    using Sink = std::function<void(const std::string& line)>;

    /// `generation` must outlive the log.
    SignInLog(const Generation& generation, Sink sink);

    /// Consumes flow_opened, flow_named and flow_closed; other kinds only move time forward.
    void on_event(const api::Event& event);

    /// Moves event time forward to `now_ns` and writes what has waited long enough.
    void advance(uint64_t now_ns);

    /// Writes everything that still waits.
    void finish();

    /// Records written so far.
    [[nodiscard]] uint64_t written() const noexcept { return n_written_; }

  private:
    struct Held {
        api::Event opened;
        bool ready = false;
    };

    void open(const api::Event& event);
    void settle(const api::Event& event);
    void flush();
    void write_front();

    const Generation& generation_;
    Sink sink_;
    std::deque<Held> held_;      ///< in order of opening
    uint64_t first_number_ = 0;  ///< of held_.front(); numbers count openings
    std::unordered_map<uint64_t, uint64_t> number_of_flow_;
    uint64_t now_ns_ = 0;
    uint64_t n_written_ = 0;
};

/// The record of one presented flow as a line of JSON without the newline. `event` is its
/// flow_opened, with the server name filled in if it is known.
[[nodiscard]] std::string sign_in_line(const api::Event& event, const Generation& generation);

}  // namespace egret::control
