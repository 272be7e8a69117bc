// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// Builds the messages names are read from, byte by byte, whole or wrong on purpose.
namespace egret::test {

using Bytes = std::vector<uint8_t>;

/// The bytes of a hexadecimal string; blanks are passed over.
[[nodiscard]] Bytes from_hex(std::string_view text);

[[nodiscard]] Bytes operator+(Bytes front, const Bytes& back);

[[nodiscard]] Bytes be16(size_t value);
[[nodiscard]] Bytes be24(size_t value);
[[nodiscard]] Bytes be32(size_t value);
[[nodiscard]] Bytes text(std::string_view characters);

/// A name in wire form, uncompressed. `www.example.org` and `www.example.org.` are the same.
[[nodiscard]] Bytes dns_name(std::string_view name);

/// A compression pointer to an offset of the message.
[[nodiscard]] Bytes dns_pointer(size_t offset);

struct DnsHeader {
    uint16_t id = 0x1234;
    uint16_t flags = 0x8180;  ///< a response without error; 0x0100 is a query
    uint16_t n_questions = 1;
    uint16_t n_answers = 0;
};

inline constexpr size_t kDnsQuestionOffset = 12;  ///< where the question's name stands

[[nodiscard]] Bytes dns_header(const DnsHeader& header);
[[nodiscard]] Bytes dns_question(const Bytes& name, uint16_t type, uint16_t record_class = 1);
[[nodiscard]] Bytes dns_record(
    const Bytes& owner,
    uint16_t type,
    uint32_t ttl_s,
    const Bytes& data,
    uint16_t record_class = 1
);

[[nodiscard]] Bytes dns_query(std::string_view name, uint16_t type, uint16_t id = 0x1234);

/// A response to such a query with one address record per element of `addresses` (4 or 16 bytes each).
[[nodiscard]] Bytes dns_response(
    std::string_view name,
    uint16_t type,
    std::initializer_list<Bytes> addresses,
    uint32_t ttl_s = 300,
    uint16_t id = 0x1234
);

[[nodiscard]] Bytes tls_extension(uint16_t type, const Bytes& content);
[[nodiscard]] Bytes server_name_extension(std::string_view name);

/// A handshake message of type ClientHello, header included, with these extensions.
[[nodiscard]] Bytes client_hello(const Bytes& extensions);

/// `handshake` cut into TLS records of at most `record_size` bytes of content.
[[nodiscard]] Bytes tls_records(const Bytes& handshake, size_t record_size = 16384);

/// One record with a ClientHello for `name`.
[[nodiscard]] Bytes client_hello_for(std::string_view name);

}  // namespace egret::test
