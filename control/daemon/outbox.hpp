// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/channel.hpp>
#include <egret/api/messages.hpp>

#include <cstdint>
#include <deque>
#include <utility>
#include <variant>

namespace egret::control {

/// A message to the dataplane that could not be sent yet. An install holds keys: it is wiped when destroyed.
class Parcel {
  public:
    using Body = std::variant<
        api::Publish,
        api::Install,
        api::Retire,
        api::SetPeerState,
        api::SendHandshake,
        api::List,
        api::Capture>;

    Parcel(const Body& body, uint32_t request, api::Descriptor descriptor)
        : body_(body),
          request_(request),
          descriptor_(std::move(descriptor)) {}

    Parcel(const Parcel&) = delete;
    Parcel& operator=(const Parcel&) = delete;
    Parcel(Parcel&&) = delete;
    Parcel& operator=(Parcel&&) = delete;
    ~Parcel();

    [[nodiscard]] api::ChannelStatus send(api::Channel& channel) const;

  private:
    Body body_;
    uint32_t request_;
    api::Descriptor descriptor_;
};

/// Messages in order while the dataplane is behind, bounded. Threads: one owner.
class Outbox {
  public:
    /// A little more than the installs and handshakes of 10,000 peers that all begin at once.
    static constexpr size_t kCapacity = 24'576;

    /// False if there is no room; the caller's body is untouched.
    [[nodiscard]] bool
    push(const Parcel::Body& body, uint32_t request, api::Descriptor& descriptor);

    /// Sends what the channel takes. `ok` if nothing is left.
    [[nodiscard]] api::ChannelStatus flush(api::Channel& channel);

    void clear() noexcept { parcels_.clear(); }

    [[nodiscard]] bool empty() const noexcept { return parcels_.empty(); }

  private:
    std::deque<Parcel> parcels_;
};

}  // namespace egret::control
