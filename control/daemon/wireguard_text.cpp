// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/wireguard_text.hpp"

#include <egret/crypto/limits.hpp>

#include <fmt/format.h>
#include <iterator>
#include <unordered_map>

namespace egret::control {
namespace {

using Appender = std::back_insert_iterator<std::string>;

std::string hex_of(const crypto::PublicKey& key) {
    std::string hex;
    for (const std::byte byte : key.bytes) {
        fmt::format_to(std::back_inserter(hex), "{:02x}", std::to_integer<unsigned>(byte));
    }
    return hex;
}

/// Sessions are dated by the clock that counts from the machine's start; the protocol wants the wall's.
uint64_t unix_ns_of(uint64_t time_ns, const Moment& now) noexcept {
    const uint64_t age = age_ns(time_ns, now.now_ns);
    return now.unix_ns > age ? now.unix_ns - age : 0;
}

void add_handshake(Appender text, const api::PeerRecord& record, const Moment& now) {
    const uint64_t time_ns =
        record.session_created_ns == 0 ? 0 : unix_ns_of(record.session_created_ns, now);
    fmt::format_to(
        text,
        "last_handshake_time_sec={}\nlast_handshake_time_nsec={}\n",
        time_ns / crypto::kSecond,
        time_ns % crypto::kSecond
    );
}

void add_allowed(Appender text, const Generation& generation, size_t peer) {
    if (*generation.config.node.role == api::Role::branch) {
        fmt::format_to(text, "allowed_ip=0.0.0.0/0\nallowed_ip=::/0\n");
        return;
    }
    for (const Located<api::Prefix>& origin : generation.config.peers[peer].origins) {
        fmt::format_to(text, "allowed_ip={}\n", api::to_text(api::masked(*origin)));
    }
}

}  // namespace

std::string wireguard_get_text(
    const Generation& generation,
    std::span<const api::PeerRecord> records,
    const Moment& now
) {
    std::unordered_map<uint16_t, const api::PeerRecord*> record_of_slot;
    for (const api::PeerRecord& record : records) {
        record_of_slot[record.slot] = &record;
    }
    const api::PeerRecord never;
    std::string answer;
    Appender text = std::back_inserter(answer);
    fmt::format_to(text, "listen_port={}\n", generation.tables.listen_port);
    for (size_t i = 0; i < generation.config.peers.size(); ++i) {
        const api::Peer& peer = generation.tables.peers[i];
        const auto found = record_of_slot.find(peer.slot);
        const api::PeerRecord& record = found == record_of_slot.end() ? never : *found->second;
        fmt::format_to(text, "public_key={}\n", hex_of(*generation.config.peers[i].public_key));
        const api::Endpoint& endpoint =
            record.endpoint.address.present() ? record.endpoint : peer.endpoint;
        if (endpoint.address.present()) {
            fmt::format_to(text, "endpoint={}\n", api::to_text(endpoint));
        }
        add_handshake(text, record, now);
        fmt::format_to(
            text,
            "tx_bytes={}\nrx_bytes={}\npersistent_keepalive_interval={}\n",
            record.bytes_sent,
            record.bytes_received,
            peer.keepalive_s
        );
        add_allowed(text, generation, i);
        fmt::format_to(text, "protocol_version=1\n");
    }
    return answer;
}

std::string wireguard_end_text(int error) {
    return fmt::format("errno={}\n\n", error);
}

}  // namespace egret::control
