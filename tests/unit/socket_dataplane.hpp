// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/event_loop.hpp"

#include <egret/api/channel.hpp>
#include <egret/api/messages.hpp>
#include <egret/api/tables.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace egret::test {

/// The other end of egretd's socket: says hello, takes what it is told and answers as a test wants it. Packets it has none.
class SocketDataplane {
  public:
    /// Listens at once.
    SocketDataplane(std::string path, uint64_t instance);

    /// Takes whatever waits; never blocks.
    void turn();

    /// As after a kill: connection and socket are gone.
    void die();

    /// Ends the connection only.
    void hang_up() { channel_.close(); }

    /// A datagram from the network.
    void punt(const api::HandshakeDatagram& datagram, const api::Endpoint& source);
    void tell(const api::Event& event);

    [[nodiscard]] bool is_connected() const noexcept { return channel_.open(); }

    template <class Body>
    void send(const Body& body, uint32_t request = 0) {
        static_cast<void>(channel_.send(body, request));
    }

    api::Hello hello;                                  ///< `generation` follows what is published
    bool says_hello = true;                            ///< else nothing at all
    bool answers = true;                               ///< to anything but installs
    int n_busy = 0;                                    ///< publishes to be put off
    std::string publish_refusal;                       ///< empty: none
    std::vector<api::InstallStatus> install_refusals;  ///< of the next installs, the first first

    std::optional<api::Tables> tables;  ///< the last ones published
    int n_published = 0;
    std::vector<api::Install> installs;
    std::vector<uint32_t> retired;
    std::vector<api::SetPeerState> states;
    std::vector<api::HandshakeDatagram> sent;
    std::vector<api::Capture> captures;
    std::vector<api::SessionRecord> sessions;
    std::vector<api::PeerRecord> peers;
    std::vector<api::PortRecord> ports;
    std::vector<api::Event> flows;
    api::CountersMessage counters;

  private:
    void take(const api::Message& message);
    void publish(const api::Message& message);
    void install(const api::Install& body, uint32_t request);
    void list(const api::List& body, uint32_t request);

    std::string path_;
    std::optional<api::ChannelListener> listener_;
    api::Channel channel_;
    api::Message message_;
};

/// Turns the loop and the dataplanes until `done` holds, for five seconds at most. Returns what `done` said last.
bool turn_until(
    control::EventLoop& loop,
    const std::vector<SocketDataplane*>& dataplanes,
    const std::function<bool()>& done
);

}  // namespace egret::test
