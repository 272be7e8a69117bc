// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "names/client_cache.hpp"
#include "names/client_id.hpp"

#include <egret/api/address.hpp>
#include <egret/api/events.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>

namespace egret::names {

/// A client's end of a DNS exchange.
struct DnsClient {
    ClientId id;
    uint16_t port = 0;
};

/// What an address is called, and how that became known.
struct LearnedName {
    api::ServerName name;
    api::NameSource source = api::NameSource::none;
};

/// Something a NameTable learned, for another one to take over.
struct NameNews {
    ClientId client;
    api::IpAddress server;
    LearnedName name;
    uint64_t until_ns = 0;
};

/// What clients call the addresses they talk to, learned from DNS answers and server names seen passing by.
///
/// A name applies to the client that asked and to nobody else. An answer teaches only where the question was seen: same
/// client, resolver, ports and transaction id, same name and type, within kQueryLifetime; the first such answer uses the
/// question up. A learned name lives as long as its record says, within the bounds below.
///
/// Threads: one owner, the worker that owns the client's flows. Cost: no allocation after construction; finding is one hash
/// lookup. Determinism: the same calls give the same answers.
class NameTable {
  public:
    struct Limits {
        CacheLimits names{.n_entries = 8192, .n_per_client = 512};
        CacheLimits queries{.n_entries = 1024, .n_per_client = 64};
    };

    // Nanoseconds.
    static constexpr uint64_t kSecond = 1'000'000'000;
    /// Longest wait for an answer: what resolver clients wait by default (resolv.conf(5), `timeout`).
    static constexpr uint64_t kQueryLifetime = 5 * kSecond;
    /// Clients keep using an address for a while whatever its TTL, often zero, says.
    static constexpr uint64_t kShortestLifetime = 60 * kSecond;
    /// Also that of a name from a ClientHello, which carries no TTL.
    static constexpr uint64_t kLongestLifetime = 3600 * kSecond;

    /// `seed` keeps clients from steering the hash; replay passes a fixed one.
    NameTable(const Limits& limits, uint64_t seed);

    /// Notes a question on its way to `resolver`. `message` is the payload of a UDP datagram; anything but a question for
    /// addresses is passed over.
    void see_query(
        uint64_t now_ns,
        const DnsClient& client,
        const api::Endpoint& resolver,
        std::span<const uint8_t> message
    ) noexcept;

    /// Learns from an answer on its way back. Returns the number of addresses it taught; 0 where the question was not
    /// seen, or the answer says error, is cut short or makes no sense.
    size_t see_response(
        uint64_t now_ns,
        const DnsClient& client,
        const api::Endpoint& resolver,
        std::span<const uint8_t> message
    ) noexcept;

    /// Learns the server name a client gave in a TLS ClientHello to `server`, for that client's next flows.
    void see_server_name(
        uint64_t now_ns,
        const ClientId& client,
        const api::IpAddress& server,
        const api::ServerName& name
    ) noexcept;

    /// Has `tell` called with everything that is learned from packets from now on; not with what `take` brings.
    void on_learned(std::function<void(const NameNews&)> tell) { tell_ = std::move(tell); }

    /// Takes over what another table learned.
    void take(const NameNews& news) noexcept;

    /// What this client calls this address, newest word first; null where nothing is known. Valid until the next `see_`.
    [[nodiscard]] const LearnedName*
    find(uint64_t now_ns, const ClientId& client, const api::IpAddress& server) noexcept;

    /// Names held, those that ran out unnoticed included.
    [[nodiscard]] uint32_t size() const noexcept { return names_.size(); }

  private:
    void learn(const NameNews& news) noexcept;

    struct QueryKey {
        api::Endpoint resolver;
        uint16_t client_port = 0;
        uint16_t id = 0;
        uint16_t type = 0;

        friend constexpr bool operator==(const QueryKey&, const QueryKey&) = default;

        friend uint64_t mix(uint64_t hash, const QueryKey& key) noexcept {
            const uint64_t numbers = uint64_t{key.resolver.port} << 48 |
                                     uint64_t{key.client_port} << 32 | uint64_t{key.id} << 16 |
                                     key.type;
            return mix(mix(hash, key.resolver.address), numbers);
        }
    };

    ClientCache<QueryKey, api::ServerName> queries_;  ///< questions without an answer yet
    ClientCache<api::IpAddress, LearnedName> names_;  ///< by server address
    std::function<void(const NameNews&)> tell_;
};

}  // namespace egret::names
