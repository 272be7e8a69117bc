// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/channel.hpp>

#include <atomic>
#include <cstdint>
#include <string>
#include <tl/expected.hpp>

namespace egret {

/// Wakes a thread that sleeps because its rings are empty; costs those who ring nothing while it is awake.
///
///     sleeper: listen()                           other: push(message)
///              rings still empty? then sleep             ring()
///              hush()
///
/// Whatever the order, either the sleeper sees the message or the other sees that it must ring.
class Doorbell {
  public:
    /// Error: one sentence.
    [[nodiscard]] static tl::expected<Doorbell, std::string> create();

    Doorbell(Doorbell&& other) noexcept
        : event_(std::move(other.event_)) {}

    Doorbell& operator=(Doorbell&&) = delete;

    /// Sleeper: from now on wants to be woken. Look into the rings once more before sleeping.
    void listen() noexcept;

    /// Sleeper: is awake.
    void hush() noexcept;

    /// Sleeper: sleeps until it is rung, or for `timeout_us`.
    void wait(uint32_t timeout_us) noexcept;

    /// Anybody: wakes the sleeper if it sleeps or is about to. Call after the message was pushed.
    void ring() noexcept;

    /// For a sleeper that waits for other things too: readable when rung.
    [[nodiscard]] int descriptor() const noexcept { return event_.get(); }

  private:
    explicit Doorbell(api::Descriptor event) noexcept
        : event_(std::move(event)) {}

    api::Descriptor event_;
    std::atomic<bool> listening_{false};
};

}  // namespace egret
