// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/channel.hpp>

#include <cstdint>
#include <deque>
#include <functional>

namespace egret {

/// Control's connection, and what it is still owed: nothing is lost because the other end is slow, and nothing waits for it.
/// Threads: the agent's.
class Connection {
  public:
    /// Takes the place of the connection there was: what that was owed is forgotten.
    void replace(api::Channel channel) noexcept;

    void close() noexcept;

    [[nodiscard]] bool open() const noexcept { return channel_.open(); }

    [[nodiscard]] int descriptor() const noexcept { return channel_.descriptor(); }

    /// Names the connection; 0 before the first.
    [[nodiscard]] uint64_t serial() const noexcept { return serial_; }

    /// Sends, or keeps until the other end takes it.
    template <class Body>
    void send(const Body& body, uint32_t request = 0) {
        if (behind() || channel_.send(body, request) == api::ChannelStatus::nothing) {
            owed_.push_back([body, request](api::Channel& channel) {
                return channel.send(body, request);
            });
        }
    }

    /// True while the other end takes nothing: answer no more requests, they would pile up.
    [[nodiscard]] bool behind() const noexcept { return !owed_.empty(); }

    /// Sends what is owed, as far as the other end takes it.
    void flush();

    [[nodiscard]] api::ChannelStatus receive(api::Message& message) {
        return channel_.receive(message);
    }

    /// Why the last message was refused.
    [[nodiscard]] const std::string& why() const noexcept { return channel_.why(); }

  private:
    api::Channel channel_;
    std::deque<std::function<api::ChannelStatus(api::Channel&)>> owed_;
    uint64_t serial_ = 0;
};

}  // namespace egret
