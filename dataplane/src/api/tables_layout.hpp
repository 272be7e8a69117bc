// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/tables.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

/// The order in which encoded tables hold their fields: said once, followed by the writer and by the reader.
///
/// A `Coder` has `bytes(data, size)`, `count(n, element_size)` and `refuse(why)`; each is false once something went wrong, and
/// nothing is done after that. `Coder::kReads` tells the reader, which also checks that every value is possible by itself.
namespace egret::api::layout {

/// The highest value of an enumeration.
template <class Enumeration>
inline constexpr Enumeration kLast{};
template <>
inline constexpr Role kLast<Role> = Role::edge;
template <>
inline constexpr Side kLast<Side> = Side::outside;
template <>
inline constexpr Carry kLast<Carry> = Carry::source;
template <>
inline constexpr Verdict kLast<Verdict> = Verdict::drop;
template <>
inline constexpr WhenDown kLast<WhenDown> = WhenDown::direct;
template <>
inline constexpr Present kLast<Present> = Present::edge;
template <>
inline constexpr Verify kLast<Verify> = Verify::both;
template <>
inline constexpr Guard kLast<Guard> = Guard::multicast;
template <>
inline constexpr crypto::Suite kLast<crypto::Suite> = crypto::Suite::aes256gcm;

/// `T`, constant or not: a writer walks over constant tables.
template <class T, class Wanted>
concept Is = std::same_as<std::remove_const_t<T>, Wanted>;

template <class Coder, class... Fields>
bool code_all(Coder& coder, Fields&... fields);

template <class Coder, class T>

requires(std::integral<T> && !Is<T, bool>) bool code(Coder& coder, T& number) {
    return coder.bytes(&number, sizeof(number));
}

/// Read through a number: no other byte than 0 and 1 may ever become a bool.
template <class Coder, Is<bool> T>
bool code(Coder& coder, T& flag) {
    uint8_t value = Coder::kReads ? 0 : flag;
    if (!code(coder, value)) {
        return false;
    }
    if constexpr (Coder::kReads) {
        flag = value == 1;
    }
    return value <= 1 || coder.refuse("a flag that is neither 0 nor 1");
}

template <class Coder, class T>

requires(std::is_enum_v<T> && !Is<T, Family>) bool code(Coder& coder, T& choice) {
    using Enumeration = std::remove_const_t<T>;
    static_assert(sizeof(Enumeration) == 1);
    uint8_t value = static_cast<uint8_t>(choice);
    if (!code(coder, value)) {
        return false;
    }
    if constexpr (Coder::kReads) {
        choice = static_cast<Enumeration>(value);
    }
    return value <= static_cast<uint8_t>(kLast<Enumeration>) ||
           coder.refuse("a choice there is none of");
}

template <class Coder, Is<Family> T>
bool code(Coder& coder, T& family) {
    uint8_t value = static_cast<uint8_t>(family);
    if (!code(coder, value)) {
        return false;
    }
    if constexpr (Coder::kReads) {
        family = static_cast<Family>(value);
    }
    return value == 0 || value == 4 || value == 6 || coder.refuse("an unknown address family");
}

template <class Coder, class Array>

requires(Is<Array, std::array<uint8_t, 16>> || Is<Array, std::array<uint8_t, 32>> || Is<Array, std::array<char, 16>>) bool code(
    Coder& coder,
    Array& array
) {
    return coder.bytes(array.data(), array.size());
}

template <class Coder, Is<IpAddress> T>
bool code(Coder& coder, T& address) {
    if (!code_all(coder, address.family, address.bytes)) {
        return false;
    }
    for (size_t i = address.size_bytes(); i < address.bytes.size(); ++i) {
        if (address.bytes[i] != 0) {
            return coder.refuse("an address with bytes behind its end");
        }
    }
    return true;
}

template <class Coder, Is<Prefix> T>
bool code(Coder& coder, T& prefix) {
    return code_all(coder, prefix.address, prefix.length) &&
           (prefix.length <= prefix.address.bits() ||
            coder.refuse("a prefix longer than its address"));
}

template <class Coder, Is<Endpoint> T>
bool code(Coder& coder, T& endpoint) {
    return code_all(coder, endpoint.address, endpoint.port);
}

template <class Coder, Is<Slice> T>
bool code(Coder& coder, T& slice) {
    return code_all(coder, slice.first, slice.count);
}

template <class Coder, Is<Port> T>
bool code(Coder& coder, T& port) {
    return code_all(
        coder,
        port.name,
        port.side,
        port.mtu_bytes,
        port.addresses,
        port.gateway_ipv4,
        port.gateway_ipv6
    );
}

template <class Coder, Is<Match> T>
bool code(Coder& coder, T& match) {
    return code_all(
        coder,
        match.rule,
        match.segment,
        match.protocol,
        match.port_first,
        match.port_last
    );
}

template <class Coder, Is<DestinationSet> T>
bool code(Coder& coder, T& set) {
    return code_all(coder, set.matches, set.guard, set.any_tunnel);
}

template <class Coder, Is<Rule> T>
bool code(Coder& coder, T& rule) {
    return code_all(
        coder,
        rule.action,
        rule.when_down,
        rule.family,
        rule.group,
        rule.from,
        rule.vlans,
        rule.dscp
    );
}

template <class Coder, Is<Segment> T>
bool code(Coder& coder, T& segment) {
    return code_all(coder, segment.signaling, segment.present_set, segment.present);
}

template <class Coder, Is<Group> T>
bool code(Coder& coder, T& group) {
    return code(coder, group.members);
}

template <class Coder, Is<Peer> T>
bool code(Coder& coder, T& peer) {
    return code_all(
        coder,
        peer.slot,
        peer.public_key,
        peer.keepalive_s,
        peer.probe_ms,
        peer.group,
        peer.priority,
        peer.suite,
        peer.carry,
        peer.verify,
        peer.verify_other_family,
        peer.all_segments,
        peer.segments,
        peer.origins,
        peer.endpoint,
        peer.inner_mtu_ipv4,
        peer.inner_mtu_ipv6
    );
}

template <class Coder, Is<Restore> T>
bool code(Coder& coder, T& restore) {
    return code_all(coder, restore.present, restore.pool_ipv4, restore.pool_ipv6);
}

/// How many bytes an element takes; the same for all of a type.
template <class T>
size_t encoded_size();

/// The count, then each element. Numbers go as one block.
template <class Coder, class Vector>
requires Is<Vector, std::vector<typename Vector::value_type, typename Vector::allocator_type>>

bool code(Coder& coder, Vector& elements) {
    using Element = typename Vector::value_type;
    auto n = static_cast<uint32_t>(elements.size());
    if (!coder.count(n, encoded_size<Element>())) {
        return false;
    }
    if constexpr (Coder::kReads) {
        elements.resize(n);
    }
    if constexpr (std::integral<Element> || Is<Element, PrefixTable::Key6>) {
        return coder.bytes(elements.data(), elements.size() * sizeof(Element));
    } else {
        for (auto& element : elements) {
            if (!code(coder, element)) {
                return false;
            }
        }
        return true;
    }
}

template <class Coder, class... Fields>
bool code_all(Coder& coder, Fields&... fields) {
    return (code(coder, fields) && ...);
}

/// Everything before and behind Tables::destinations, which the table itself must make.
template <class Coder, Is<Tables> T>
bool code_before_destinations(Coder& coder, T& tables) {
    return code_all(
        coder,
        tables.generation,
        tables.role,
        tables.signaling,
        tables.block_quic,
        tables.bridge,
        tables.learn_names,
        tables.listen_port,
        tables.public_key,
        tables.previous_public_key,
        tables.egress_ipv4,
        tables.egress_ipv6,
        tables.accept_all,
        tables.ports,
        tables.peers,
        tables.groups,
        tables.rules,
        tables.segments,
        tables.sets,
        tables.matches
    );
}

template <class Coder, Is<Tables> T>
bool code_behind_destinations(Coder& coder, T& tables) {
    return code_all(coder, tables.restore, tables.prefixes, tables.addresses, tables.numbers);
}

/// Adds up instead of writing.
struct SizeCounter {
    static constexpr bool kReads = false;
    size_t size_bytes = 0;

    bool bytes(const void* /*data*/, size_t n) noexcept {
        size_bytes += n;
        return true;
    }

    bool count(uint32_t& n, size_t /*element_size*/) noexcept { return bytes(&n, sizeof(n)); }

    static bool refuse(const char* /*why*/) noexcept { return false; }
};

template <class T>
size_t encoded_size() {
    if constexpr (Is<T, PrefixTable::Key6>) {
        return sizeof(T);
    } else {
        SizeCounter counter;
        const T element{};
        static_cast<void>(code(counter, element));
        return counter.size_bytes;
    }
}

}  // namespace egret::api::layout
