// SPDX-License-Identifier: Apache-2.0
#include <egret/api/address.hpp>

#include <arpa/inet.h>
#include <charconv>
#include <cstring>

namespace egret::api {
namespace {

bool same_leading_bits(const IpAddress& a, const IpAddress& b, uint8_t bits) noexcept {
    const size_t whole = bits / 8;
    if (std::memcmp(a.bytes.data(), b.bytes.data(), whole) != 0) {
        return false;
    }
    const unsigned rest = bits % 8;
    return rest == 0 || ((a.bytes[whole] ^ b.bytes[whole]) >> (8 - rest)) == 0;
}

template <class Number>
std::optional<Number> parse_number(std::string_view text, Number lowest, Number highest) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < lowest ||
        value > highest) {
        return std::nullopt;
    }
    return value;
}

}  // namespace

bool contains(const Prefix& prefix, const IpAddress& address) noexcept {
    return address.family == prefix.address.family &&
           same_leading_bits(prefix.address, address, prefix.length);
}

bool covers(const Prefix& outer, const Prefix& inner) noexcept {
    return outer.length <= inner.length && contains(outer, inner.address);
}

Prefix masked(const Prefix& prefix) noexcept {
    Prefix result = prefix;
    for (size_t i = 0; i < result.address.bytes.size(); ++i) {
        const int keep = static_cast<int>(prefix.length) - static_cast<int>(i * 8);
        const unsigned mask = keep >= 8 ? 0xffU : keep <= 0 ? 0U : (0xff00U >> keep) & 0xffU;
        result.address.bytes[i] = static_cast<uint8_t>(result.address.bytes[i] & mask);
    }
    return result;
}

std::optional<IpAddress> parse_address(std::string_view text) {
    std::array<char, INET6_ADDRSTRLEN> terminated{};
    if (text.size() >= terminated.size()) {
        return std::nullopt;
    }
    text.copy(terminated.data(), text.size());
    IpAddress address;
    if (inet_pton(AF_INET, terminated.data(), address.bytes.data()) == 1) {
        address.family = Family::ipv4;
        return address;
    }
    if (inet_pton(AF_INET6, terminated.data(), address.bytes.data()) == 1) {
        address.family = Family::ipv6;
        return address;
    }
    return std::nullopt;
}

std::optional<Prefix> parse_prefix(std::string_view text) {
    const size_t slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    if (!address) {
        return std::nullopt;
    }
    if (slash == std::string_view::npos) {
        return Prefix{*address, address->bits()};
    }
    const auto length = parse_number<uint8_t>(text.substr(slash + 1), 0, address->bits());
    if (!length) {
        return std::nullopt;
    }
    return Prefix{*address, *length};
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view host = text.substr(0, colon);
    const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    const auto address = parse_address(host);
    const auto port = parse_number<uint16_t>(text.substr(colon + 1), 1, UINT16_MAX);
    if (!address || !port || bracketed != (address->family == Family::ipv6)) {
        return std::nullopt;
    }
    return Endpoint{*address, *port};
}

std::string to_text(const IpAddress& address) {
    if (!address.present()) {
        return {};
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = address.family == Family::ipv4 ? AF_INET : AF_INET6;
    inet_ntop(family, address.bytes.data(), text.data(), text.size());
    return text.data();
}

std::string to_text(const Prefix& prefix) {
    return to_text(prefix.address) + "/" + std::to_string(prefix.length);
}

std::string to_text(const Endpoint& endpoint) {
    const std::string host = to_text(endpoint.address);
    const bool ipv6 = endpoint.address.family == Family::ipv6;
    return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port);
}

}  // namespace egret::api
