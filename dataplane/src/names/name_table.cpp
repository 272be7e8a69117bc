// SPDX-License-Identifier: Apache-2.0
#include "names/name_table.hpp"

#include "names/dns.hpp"

#include <algorithm>

namespace egret::names {
namespace {

bool asks_for_addresses(const DnsQuestion& question) noexcept {
    return question.type == kDnsTypeA || question.type == kDnsTypeAaaa;
}

uint64_t lifetime_ns(uint32_t ttl_s) noexcept {
    return std::clamp(
        ttl_s * NameTable::kSecond,
        NameTable::kShortestLifetime,
        NameTable::kLongestLifetime
    );
}

}  // namespace

NameTable::NameTable(const Limits& limits, uint64_t seed)
    : queries_(limits.queries, seed),
      names_(limits.names, seed) {}

void NameTable::see_query(
    uint64_t now_ns,
    const DnsClient& client,
    const api::Endpoint& resolver,
    std::span<const uint8_t> message
) noexcept {
    const auto query = parse_dns_query(message);
    if (!query || !asks_for_addresses(query->question)) {
        return;
    }
    const QueryKey key{resolver, client.port, query->id, query->question.type};
    queries_.put(client.id, key, query->question.name, now_ns + kQueryLifetime);
}

size_t NameTable::see_response(
    uint64_t now_ns,
    const DnsClient& client,
    const api::Endpoint& resolver,
    std::span<const uint8_t> message
) noexcept {
    const auto response = parse_dns_response(message);
    if (!response || !asks_for_addresses(response->question)) {
        return 0;
    }
    const QueryKey key{resolver, client.port, response->id, response->question.type};
    const api::ServerName* asked = queries_.find(client.id, key, now_ns);
    if (asked == nullptr || asked->view() != response->question.name.view()) {
        return 0;
    }
    queries_.erase(client.id, key);
    if (response->rcode != 0 || response->truncated) {
        return 0;
    }
    for (size_t i = 0; i < response->n_answers; ++i) {
        const DnsAnswer& answer = response->answers[i];
        learn(
            {client.id,
             answer.address,
             {response->question.name, api::NameSource::dns},
             now_ns + lifetime_ns(answer.ttl_s)}
        );
    }
    return response->n_answers;
}

void NameTable::see_server_name(
    uint64_t now_ns,
    const ClientId& client,
    const api::IpAddress& server,
    const api::ServerName& name
) noexcept {
    learn({client, server, {name, api::NameSource::sni}, now_ns + kLongestLifetime});
}

void NameTable::learn(const NameNews& news) noexcept {
    take(news);
    if (tell_) {
        tell_(news);
    }
}

void NameTable::take(const NameNews& news) noexcept {
    names_.put(news.client, news.server, news.name, news.until_ns);
}

const LearnedName*
NameTable::find(uint64_t now_ns, const ClientId& client, const api::IpAddress& server) noexcept {
    return names_.find(client, server, now_ns);
}

}  // namespace egret::names
