// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/dataplane_link.hpp"
#include "control/daemon/event_loop.hpp"

#include <egret/api/tables.hpp>

#include <cstddef>
#include <functional>
#include <vector>

namespace egret::control {

/// Brings one generation of tables to the dataplane and asks again while it is busy. One at a time. Threads: the loop's.
class Publisher {
  public:
    /// Between two attempts while workers still use two older generations.
    static constexpr uint64_t kBusyRetryNs = 10'000'000;

    Publisher(EventLoop& loop, DataplaneLink& link);

    /// Called once with status `done` or `refused`.
    using OnDone = DataplaneLink::OnAnswer;

    /// Replaces a publish under way, which is then called refused.
    void publish(const api::Tables& tables, OnDone on_done);

    [[nodiscard]] bool is_under_way() const noexcept { return is_under_way_; }

  private:
    void send();
    void on_answer(const api::Answer& answer);
    void fail(std::string_view why);

    DataplaneLink& link_;
    std::vector<std::byte> encoded_;
    OnDone on_done_;
    bool is_under_way_ = false;
    uint64_t number_ = 0;  ///< of the publish; an answer to an older one is none
    Timer busy_timer_;
};

}  // namespace egret::control
