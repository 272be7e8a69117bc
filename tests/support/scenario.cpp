// SPDX-License-Identifier: Apache-2.0
#include "scenario.hpp"

#include <egret/crypto/random.hpp>

#include <bit>
#include <utility>

namespace egret::test {
namespace {

crypto::KeyPair key_pair(uint8_t seed) {
    crypto::Random::Seed bytes;
    bytes.writable()[0] = std::byte{seed};
    crypto::Random random = crypto::Random::seeded(std::move(bytes));
    return crypto::KeyPair::generate(random);
}

void add_port(
    api::Tables& tables,
    api::Side side,
    std::initializer_list<std::string_view> addresses
) {
    api::Port port;
    port.side = side;
    port.addresses = add_prefixes(tables, addresses);
    tables.ports.push_back(port);
}

void add_rule(api::Tables& tables, api::Verdict action, api::WhenDown when_down) {
    api::Rule rule;
    rule.action = action;
    rule.when_down = when_down;
    rule.group = action == api::Verdict::tunnel ? 0 : api::kNone;
    tables.rules.push_back(rule);
}

/// A set that leads to `segment` by `rule` (kNone at an edge) for every TCP and UDP port.
void add_set(
    api::Tables& tables,
    std::vector<api::PrefixSet>& prefixes,
    std::initializer_list<std::string_view> texts,
    uint16_t rule,
    uint16_t segment
) {
    api::DestinationSet set;
    set.matches.first = static_cast<uint32_t>(tables.matches.size());
    set.matches.count = 2;
    set.any_tunnel = rule != api::kNone && tables.rules[rule].action == api::Verdict::tunnel;
    for (const uint8_t protocol : {kTcpProtocol, kUdpProtocol}) {
        tables.matches.push_back({rule, segment, protocol, 0, UINT16_MAX});
    }
    for (const std::string_view text : texts) {
        const auto index = static_cast<api::SetIndex>(tables.sets.size());
        prefixes.push_back({api::parse_prefix(text).value(), index});
    }
    tables.sets.push_back(set);
}

void add_guard(api::Tables& tables, std::vector<api::PrefixSet>& prefixes) {
    const auto index = static_cast<api::SetIndex>(tables.sets.size());
    prefixes.push_back({api::parse_prefix("224.0.0.0/4").value(), index});
    prefixes.push_back({api::parse_prefix("ff00::/8").value(), index});
    api::DestinationSet set;
    set.guard = api::Guard::multicast;
    tables.sets.push_back(set);
}

api::Peer peer(const Scenario& scenario) {
    api::Peer peer;
    peer.slot = kSlot;
    peer.group = 0;
    peer.suite = scenario.suite;
    peer.carry = scenario.carry;
    peer.verify = scenario.verify;
    peer.verify_other_family = scenario.verify_other_family;
    // Contract section 1.3, over IPv4; IPv6 takes twenty bytes more.
    const int outer = scenario.outer == api::Family::ipv4 ? 1440 : 1420;
    const bool header = scenario.carry == api::Carry::header;
    peer.inner_mtu_ipv4 = static_cast<uint16_t>(outer - (header ? 12 : 0));
    peer.inner_mtu_ipv6 = static_cast<uint16_t>(outer - (header ? 24 : 0));
    return peer;
}

std::array<uint8_t, 32> own_key(const crypto::KeyPair& pair) {
    return std::bit_cast<std::array<uint8_t, 32>>(pair.public_key.bytes);
}

}  // namespace

crypto::KeyPair branch_identity() {
    return key_pair(1);
}

crypto::KeyPair edge_identity() {
    return key_pair(2);
}

api::Tables branch_tables(const Scenario& scenario) {
    api::Tables tables;
    tables.generation = 1;
    tables.signaling = scenario.branch_signaling;
    tables.public_key = own_key(branch_identity());
    tables.egress_ipv4 = address(kOrigin.ipv4);
    tables.egress_ipv6 = add_prefixes(tables, {"2001:db8:42::/48"});
    add_port(tables, api::Side::inside, {});
    add_port(tables, api::Side::outside, {"203.0.113.7/24", "2001:db8:42::2/64"});
    tables.peers.push_back(peer(scenario));
    tables.peers.back().endpoint = endpoint(kEdgeOutside.of(scenario.outer), kTunnelPort);
    tables.groups.push_back({add_numbers(tables, {0})});
    add_rule(tables, api::Verdict::tunnel, api::WhenDown::drop);
    add_rule(tables, api::Verdict::tunnel, api::WhenDown::direct);
    add_rule(tables, api::Verdict::drop, api::WhenDown::drop);
    tables.segments.resize(2);
    tables.sets.emplace_back();
    std::vector<api::PrefixSet> prefixes;
    add_set(tables, prefixes, {"192.0.2.0/24", "2001:db8:5e::/48"}, kServiceRule, kServiceSegment);
    add_set(tables, prefixes, {"192.0.4.0/24", "2001:db8:5e4::/48"}, kRelaxedRule, kRelaxedSegment);
    add_set(
        tables,
        prefixes,
        {"192.0.3.0/24", "2001:db8:5e3::/48"},
        kForbiddenRule,
        kServiceSegment
    );
    add_guard(tables, prefixes);
    tables.destinations = api::PrefixTable::build(std::move(prefixes));
    return tables;
}

api::Tables edge_tables(const Scenario& scenario) {
    api::Tables tables;
    tables.generation = 1;
    tables.role = api::Role::edge;
    tables.bridge = false;
    tables.signaling = scenario.edge_signaling;
    tables.public_key = own_key(edge_identity());
    add_port(tables, api::Side::inside, {"192.0.2.1/24", "2001:db8:5e::1/64"});
    add_port(tables, api::Side::outside, {"198.51.100.10/24", "2001:db8:e::10/64"});
    api::Peer branch = peer(
        {.suite = scenario.suite,
         .carry = api::Carry::source,  // towards the branch, plain packets
         .outer = scenario.outer,
         .verify = scenario.verify,
         .verify_other_family = scenario.verify_other_family}
    );
    branch.origins = add_prefixes(tables, {"203.0.113.7/32", "2001:db8:42::/48"});
    tables.peers.push_back(branch);
    tables.segments.resize(2);
    tables.restore.present = scenario.present;
    tables.restore.pool_ipv4 = add_addresses(tables, {kPool.ipv4});
    tables.restore.pool_ipv6 = add_addresses(tables, {kPool.ipv6});
    tables.sets.emplace_back();
    std::vector<api::PrefixSet> prefixes;
    add_set(tables, prefixes, {"192.0.2.0/24", "2001:db8:5e::/48"}, api::kNone, kServiceSegment);
    add_set(tables, prefixes, {"192.0.4.0/24", "2001:db8:5e4::/48"}, api::kNone, kRelaxedSegment);
    add_guard(tables, prefixes);
    tables.destinations = api::PrefixTable::build(std::move(prefixes));
    return tables;
}

api::Slice add_prefixes(api::Tables& tables, std::initializer_list<std::string_view> prefixes) {
    const auto first = static_cast<uint32_t>(tables.prefixes.size());
    for (const std::string_view text : prefixes) {
        tables.prefixes.push_back(api::parse_prefix(text).value());
    }
    return {first, static_cast<uint32_t>(prefixes.size())};
}

api::Slice add_addresses(api::Tables& tables, std::initializer_list<std::string_view> addresses) {
    const auto first = static_cast<uint32_t>(tables.addresses.size());
    for (const std::string_view text : addresses) {
        tables.addresses.push_back(address(text));
    }
    return {first, static_cast<uint32_t>(addresses.size())};
}

api::Slice add_numbers(api::Tables& tables, std::initializer_list<uint16_t> numbers) {
    const auto first = static_cast<uint32_t>(tables.numbers.size());
    tables.numbers.insert(tables.numbers.end(), numbers);
    return {first, static_cast<uint32_t>(numbers.size())};
}

api::IpAddress address(std::string_view text) {
    return api::parse_address(text).value();
}

api::Endpoint endpoint(std::string_view address_text, uint16_t port) {
    return {address(address_text), port};
}

}  // namespace egret::test
