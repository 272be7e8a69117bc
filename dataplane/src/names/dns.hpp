// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>
#include <egret/api/events.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

/// DNS messages over UDP (RFC 1035), as far as names of addresses need them: bytes in, plain data out.
namespace egret::names {

inline constexpr uint16_t kDnsPort = 53;
inline constexpr uint16_t kDnsTypeA = 1;      ///< RFC 1035 section 3.2.2
inline constexpr uint16_t kDnsTypeAaaa = 28;  ///< RFC 3596 section 2.1

/// What one answer may hold before the rest of it is ignored. Real ones stay far below; the bounds keep the cost of a
/// made-up one small.
inline constexpr size_t kMaxDnsRecords = 64;  ///< records of the answer section that are looked at
inline constexpr size_t kMaxDnsCnames = 8;    ///< links of a CNAME chain that are followed
inline constexpr size_t kMaxDnsAnswers = 16;  ///< addresses that are reported

struct DnsQuestion {
    api::ServerName name;
    uint16_t type = 0;

    [[nodiscard]] bool operator==(const DnsQuestion& other) const noexcept {
        return type == other.type && name.view() == other.name.view();
    }
};

struct DnsQuery {
    uint16_t id = 0;
    DnsQuestion question;
};

/// An address the question's name stands for.
struct DnsAnswer {
    api::IpAddress address;
    uint32_t ttl_s = 0;  ///< the least of the address record and the CNAMEs that lead to it
};

struct DnsResponse {
    uint16_t id = 0;
    uint8_t rcode = 0;  ///< 0: no error
    bool truncated =
        false;  ///< the client asks again over TCP and ignores this one (RFC 2181 section 9)
    DnsQuestion question;
    uint8_t n_answers = 0;  ///< of `answers`; zero unless the question is for A or AAAA
    std::array<DnsAnswer, kMaxDnsAnswers> answers{};
};

/// Reads a standard query with one question of class IN. Nothing where `message` is not one, or asks for a name that is no
/// host name (see append_label). What follows the question (EDNS) is not looked at.
/// Threads: any. Cost: no allocation; one pass over the question.
[[nodiscard]] std::optional<DnsQuery> parse_dns_query(std::span<const uint8_t> message) noexcept;

/// Reads the answer to such a query.
///
/// The addresses reported are those of the question's own type that belong to its name, directly or through CNAMEs within
/// the answer section, in whatever order they stand. Records for other names are passed over, one with a name that is
/// no host name too. Nothing where the message is no response, or its headers or records do not hold together. Threads:
/// any. Cost: no allocation; bounded by the limits above.
[[nodiscard]] std::optional<DnsResponse> parse_dns_response(std::span<const uint8_t> message
) noexcept;

}  // namespace egret::names
