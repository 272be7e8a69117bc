// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>
#include <egret/api/channel.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <tl/expected.hpp>

namespace egret::test {

/// A UDP socket of one family that can send from any address of the host and tells which one a datagram came to, so that
/// one process can be many hosts. Never blocks; large buffers, so that what is lost was not lost here.
class UdpSocket {
  public:
    static constexpr size_t kMaxDatagram = 2048;

    /// A datagram that came in.
    struct Arrival {
        api::Endpoint source;
        api::IpAddress destination;
        std::span<std::byte> bytes;  ///< good until the handler returns
    };

    /// Binds to `own`, whose address may be all zero: any. Error: one sentence.
    [[nodiscard]] static tl::expected<UdpSocket, std::string> bind(const api::Endpoint& own);

    /// Sends one datagram; from `source` if it is present, else from what the socket is bound to. False if the kernel did
    /// not take it.
    bool send(
        const api::Endpoint& destination,
        std::span<const std::byte> bytes,
        const api::IpAddress& source = {}
    ) const;

    /// Gives every waiting datagram to `handle`. Returns how many there were.
    size_t receive(const std::function<void(const Arrival&)>& handle) const;

    /// Waits until a datagram is there or `deadline_ns` (monotonic) has passed; a signal ends it early.
    void wait(uint64_t deadline_ns) const;

    [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }

  private:
    explicit UdpSocket(api::Descriptor socket) noexcept
        : socket_(std::move(socket)) {}

    api::Descriptor socket_;
};

}  // namespace egret::test
