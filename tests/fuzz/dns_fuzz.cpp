// SPDX-License-Identifier: Apache-2.0
#include "fuzz_check.hpp"
#include "names/dns.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

using egret::api::Family;
using egret::names::DnsAnswer;
using egret::names::kDnsTypeA;
using egret::names::kMaxDnsAnswers;
using egret::test::require;
using egret::test::require_host_name;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::span message{data, size};
    const auto query = egret::names::parse_dns_query(message);
    const auto response = egret::names::parse_dns_response(message);
    require(!query || !response);
    if (query) {
        require_host_name(query->question.name);
    }
    if (response) {
        require_host_name(response->question.name);
        require(response->n_answers <= kMaxDnsAnswers);
        const Family asked = response->question.type == kDnsTypeA ? Family::ipv4 : Family::ipv6;
        for (const DnsAnswer& answer : std::span{response->answers}.first(response->n_answers)) {
            require(answer.address.family == asked && answer.ttl_s >> 31 == 0);
        }
    }
    return 0;
}
