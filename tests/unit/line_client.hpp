// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/event_loop.hpp"

#include <egret/api/channel.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace egret::test {

/// A client of a stream socket the loop serves: never blocks, turns the loop while it waits.
class LineClient {
  public:
    LineClient(control::EventLoop& loop, const std::filesystem::path& path);

    void send(std::string_view text);

    /// The next line without its end; empty if none comes.
    [[nodiscard]] std::string line();

    /// Says no more, listens on.
    void shut();

    /// The other end is closed, and everything it said was read.
    [[nodiscard]] bool is_closed();

    /// Called while waiting, besides the loop.
    std::function<void()> meanwhile = [] {};

  private:
    void receive();

    control::EventLoop& loop_;
    api::Descriptor socket_;
    std::string received_;
    bool is_closed_ = false;
};

}  // namespace egret::test
