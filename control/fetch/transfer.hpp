// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/fetch/http.hpp"

#include <functional>
#include <memory>

namespace egret::control {

/// One request on its way: what libcurl is told, and what it hands over, within limits. It takes
/// `transfers.hpp` to make it move.
///
/// A connection has 10 s to stand and a transfer that stands still is given up after 20 s; HTTPS alone
/// is spoken, also after a redirect, of which there may be 5; TLS 1.2 is the least. Threads: one owner.
class Transfer {
  public:
    /// Called while the body comes, with the bytes of it so far.
    using OnProgress = std::function<void(size_t bytes)>;

    Transfer(const HttpRequest& request, OnProgress on_progress);
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;
    ~Transfer();

    /// The CURL handle, typed so that nobody else needs to know libcurl.
    [[nodiscard]] void* handle() const noexcept;

    /// What came, once libcurl has ended it with `code` (a CURLcode).
    [[nodiscard]] HttpResponse finish(int code);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace egret::control
