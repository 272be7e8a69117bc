// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/fetch/http.hpp"
#include "control/fetch/transfer.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace egret::control {

/// Waits on descriptors and on time for `Transfers`: the daemon's loop does, and so does whoever has
/// nothing else to do meanwhile.
class TransferWaiter {
  public:
    TransferWaiter() = default;
    TransferWaiter(const TransferWaiter&) = delete;
    TransferWaiter& operator=(const TransferWaiter&) = delete;
    virtual ~TransferWaiter() = default;

    /// `descriptor` is of interest while it can be read, or written, or not any more if neither.
    virtual void want(int descriptor, bool reads, bool writes) = 0;

    /// `Transfers::on_time` is wanted after that long; negative: not any more.
    virtual void want_time(long timeout_ms) = 0;
};

/// Requests on their way, any number at once, none of which ever blocks (libcurl's multi socket
/// interface; its resolver has a thread of its own). Threads: one owner.
class Transfers {
  public:
    using OnResponse = std::function<void(HttpResponse response)>;

    /// `waiter` is borrowed.
    explicit Transfers(TransferWaiter& waiter);
    Transfers(const Transfers&) = delete;
    Transfers& operator=(const Transfers&) = delete;

    /// Requests that are still on their way are given up without a word.
    ~Transfers();

    /// Calls `on_response` once, never before it returns.
    void
    start(const HttpRequest& request, OnResponse on_response, Transfer::OnProgress on_progress);

    /// Something the waiter was asked about has happened.
    void on_descriptor(int descriptor, bool can_read, bool can_write);
    void on_time();

    [[nodiscard]] bool is_idle() const noexcept;

  private:
    void finish_some();

    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace egret::control
