// SPDX-License-Identifier: Apache-2.0
#include "name_messages.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace egret::test {
namespace {

Bytes big_endian(size_t value, size_t size_bytes) {
    Bytes bytes(size_bytes);
    for (size_t i = 0; i < size_bytes; ++i) {
        bytes[size_bytes - 1 - i] = static_cast<uint8_t>(value >> (8 * i));
    }
    return bytes;
}

uint8_t hex_digit(char digit) {
    return static_cast<uint8_t>(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
}

}  // namespace

Bytes from_hex(std::string_view text) {
    Bytes bytes;
    std::string digits;
    std::ranges::remove_copy(text, std::back_inserter(digits), ' ');
    for (size_t i = 0; i + 1 < digits.size(); i += 2) {
        bytes.push_back(static_cast<uint8_t>(hex_digit(digits[i]) << 4 | hex_digit(digits[i + 1])));
    }
    return bytes;
}

Bytes operator+(Bytes front, const Bytes& back) {
    front.insert(front.end(), back.begin(), back.end());
    return front;
}

Bytes be16(size_t value) {
    return big_endian(value, 2);
}

Bytes be24(size_t value) {
    return big_endian(value, 3);
}

Bytes be32(size_t value) {
    return big_endian(value, 4);
}

Bytes text(std::string_view characters) {
    return {characters.begin(), characters.end()};
}

Bytes dns_name(std::string_view name) {
    Bytes bytes;
    while (!name.empty()) {
        const std::string_view label = name.substr(0, name.find('.'));
        bytes.push_back(static_cast<uint8_t>(label.size()));
        bytes = bytes + text(label);
        name.remove_prefix(std::min(name.size(), label.size() + 1));
    }
    bytes.push_back(0);
    return bytes;
}

Bytes dns_pointer(size_t offset) {
    return be16(0xc000 | offset);
}

Bytes dns_header(const DnsHeader& header) {
    return be16(header.id) + be16(header.flags) + be16(header.n_questions) +
           be16(header.n_answers) + be16(0) + be16(0);
}

Bytes dns_question(const Bytes& name, uint16_t type, uint16_t record_class) {
    return name + be16(type) + be16(record_class);
}

Bytes dns_record(
    const Bytes& owner,
    uint16_t type,
    uint32_t ttl_s,
    const Bytes& data,
    uint16_t record_class
) {
    return owner + be16(type) + be16(record_class) + be32(ttl_s) + be16(data.size()) + data;
}

Bytes dns_query(std::string_view name, uint16_t type, uint16_t id) {
    return dns_header({.id = id, .flags = 0x0100}) + dns_question(dns_name(name), type);
}

Bytes dns_response(
    std::string_view name,
    uint16_t type,
    std::initializer_list<Bytes> addresses,
    uint32_t ttl_s,
    uint16_t id
) {
    const auto n_answers = static_cast<uint16_t>(addresses.size());
    Bytes message =
        dns_header({.id = id, .n_answers = n_answers}) + dns_question(dns_name(name), type);
    for (const Bytes& address : addresses) {
        message = message + dns_record(dns_pointer(kDnsQuestionOffset), type, ttl_s, address);
    }
    return message;
}

Bytes tls_extension(uint16_t type, const Bytes& content) {
    return be16(type) + be16(content.size()) + content;
}

Bytes server_name_extension(std::string_view name) {
    const Bytes entry = Bytes{0} + be16(name.size()) + text(name);
    return tls_extension(0, be16(entry.size()) + entry);
}

Bytes client_hello(const Bytes& extensions) {
    const Bytes version = be16(0x0303);
    const Bytes random(32, 0xab);
    const Bytes session_id = Bytes{4} + Bytes{1, 2, 3, 4};
    const Bytes cipher_suites = be16(2) + be16(0x1301);
    const Bytes compression = {1, 0};
    const Bytes body = version + random + session_id + cipher_suites + compression +
                       be16(extensions.size()) + extensions;
    return Bytes{1} + be24(body.size()) + body;
}

Bytes tls_records(const Bytes& handshake, size_t record_size) {
    Bytes stream;
    for (size_t i = 0; i < handshake.size(); i += record_size) {
        const size_t size = std::min(record_size, handshake.size() - i);
        const auto start = handshake.begin() + static_cast<ptrdiff_t>(i);
        const Bytes part(start, start + static_cast<ptrdiff_t>(size));
        stream = stream + Bytes{22, 3, 1} + be16(size) + part;
    }
    return stream;
}

Bytes client_hello_for(std::string_view name) {
    return tls_records(client_hello(server_name_extension(name)));
}

}  // namespace egret::test
