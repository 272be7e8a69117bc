// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"

#include "dissect.hpp"
#include "scenario.hpp"

#include <egret/crypto/limits.hpp>

#include <array>

namespace egret::test {
namespace {

constexpr size_t kHeader = 16;

using Key = std::array<std::byte, crypto::kAeadKeySize>;

Key key_of(uint8_t number, uint8_t direction) {
    Key key;
    key.fill(std::byte{number});
    key[1] = std::byte{direction};
    return key;
}

void store_le(Bytes& bytes, size_t offset, uint64_t value, size_t size) {
    for (size_t i = 0; i < size; ++i) {
        bytes.at(offset + i) = static_cast<uint8_t>(value >> (8 * i));
    }
}

uint64_t load_le64(const Bytes& bytes, size_t offset) {
    uint64_t value = 0;
    for (size_t i = 0; i < 8; ++i) {
        value |= uint64_t{bytes.at(offset + i)} << (8 * i);
    }
    return value;
}

FarEnd::Options completed(FarEnd::Options options, NodeHarness& node) {
    if (!options.endpoint.address.present()) {
        const Dual& there = node.role() == api::Role::branch ? kEdgeOutside : kBranchOutside;
        options.endpoint = endpoint(there.ipv4, kTunnelPort);
    }
    constexpr uint32_t kWorkerShift = 32 - api::kSessionWorkerBits;
    options.node_index |= uint32_t{node.node().owner_of(options.slot)} << kWorkerShift;
    return options;
}

std::byte* as_bytes(uint8_t* at) {
    return reinterpret_cast<std::byte*>(at);
}

}  // namespace

FarEnd::FarEnd(NodeHarness& node, const Options& options)
    : node_(node),
      options_(completed(options, node)),
      send_key_(crypto::sodium_backend(options.suite), key_of(options.key, 0)),
      receive_key_(crypto::sodium_backend(options.suite), key_of(options.key, 1)),
      status_(api::InstallStatus::no_such_peer) {
    api::SessionInstall install;
    install.peer = options_.slot;
    install.receiver_index = options_.node_index;
    install.remote_index = ~options_.node_index;
    install.suite = options_.suite;
    install.initiator = options_.node_initiated;
    install.created_ns = node.now_ns;
    install.endpoint = options_.endpoint;
    install.receive_key = key_of(options_.key, 0);
    install.send_key = key_of(options_.key, 1);
    status_ = node.node().install(install);
}

Bytes FarEnd::seal(const Bytes& payload) {
    return seal(payload, next_counter++);
}

Bytes FarEnd::seal(const Bytes& payload, uint64_t counter) const {
    Bytes message(kHeader);
    message[0] = crypto::kMessageData;
    message[1] = static_cast<uint8_t>(options_.suite);
    store_le(message, 4, options_.node_index, 4);
    store_le(message, 8, counter, 8);
    message = joined(joined(message, payload), Bytes(crypto::kAeadTagSize));
    crypto::AeadJob job{
        .key = &send_key_,
        .counter = counter,
        .text = as_bytes(message.data() + kHeader),
        .size_bytes = static_cast<uint32_t>(payload.size()),
    };
    send_key_.backend().seal({&job, 1});
    return message;
}

std::optional<Bytes> FarEnd::open(const Bytes& message) const {
    if (message.size() < crypto::kDataMinSize || message[0] != crypto::kMessageData) {
        return std::nullopt;
    }
    Bytes text(message.begin() + kHeader, message.end());
    crypto::AeadJob job{
        .key = &receive_key_,
        .counter = load_le64(message, 8),
        .text = as_bytes(text.data()),
        .size_bytes = static_cast<uint32_t>(text.size()),
    };
    receive_key_.backend().open({&job, 1});
    text.resize(text.size() - crypto::kAeadTagSize);
    return job.ok ? std::optional(text) : std::nullopt;
}

std::optional<Bytes> FarEnd::open_frame(const Bytes& frame) const {
    const auto outer = dissect(frame);
    return outer && outer->protocol == kUdpProtocol ? open(outer->payload) : std::nullopt;
}

Bytes FarEnd::frame(const Bytes& message, uint8_t traffic_class) const {
    return frame_from(options_.endpoint, message, traffic_class);
}

Bytes FarEnd::frame_from(const api::Endpoint& source, const Bytes& message, uint8_t traffic_class)
    const {
    const Dual& own = node_.role() == api::Role::branch ? kBranchOutside : kEdgeOutside;
    const std::string from = to_text(source.address);
    PacketBuilder builder;
    builder.ethernet(kInternetMac, kEdgeOutsideMac);
    if (source.address.family == api::Family::ipv4) {
        builder.ipv4(from, own.ipv4, {.tos = traffic_class});
    } else {
        builder.ipv6(from, own.ipv6, {.traffic_class = traffic_class});
    }
    return builder.udp(source.port, kTunnelPort).payload(message).bytes();
}

NodeOutput FarEnd::send(const Bytes& payload) {
    return node_.process(api::Side::outside, frame(seal(payload)));
}

uint64_t counter_of(const Bytes& frame) {
    const auto outer = dissect(frame);
    return load_le64(outer ? outer->payload : frame, 8);
}

}  // namespace egret::test
