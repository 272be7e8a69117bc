// SPDX-License-Identifier: Apache-2.0
#include "names/client_hello.hpp"

#include "names/byte_reader.hpp"
#include "names/server_name.hpp"

#include <algorithm>
#include <array>
#include <utility>

// From the outside in: TLS records, the handshake message they carry, its extensions, the server name.
namespace egret::names {
namespace {

using Bytes = std::span<const uint8_t>;

// RFC 8446 section 5.1
constexpr uint8_t kRecordHandshake = 22;
constexpr uint8_t kRecordMajorVersion = 3;
constexpr size_t kMaxRecordSize = 1U << 14;

// RFC 8446 section 4
constexpr uint8_t kClientHello = 1;
constexpr size_t kHandshakeHeaderSize = 4;
constexpr size_t kVersionAndRandomSize = 2 + 32;

constexpr uint16_t kExtensionServerName = 0;  // RFC 6066 section 3
constexpr uint16_t kExtensionEncryptedClientHello =
    0xfe0d;                               // TLS Encrypted Client Hello, section 5
constexpr uint8_t kNameTypeHostName = 0;  // RFC 6066 section 3

/// The handshake bytes of the records at the front of a stream, put together.
struct HandshakeBytes {
    size_t size_bytes = 0;
    bool broken = false;  ///< something that is no handshake record follows
    std::array<uint8_t, kMaxClientHelloSize> bytes;

    [[nodiscard]] Bytes view() const noexcept { return {bytes.data(), size_bytes}; }
};

HandshakeBytes join_records(Bytes stream) noexcept {
    HandshakeBytes joined;
    ByteReader reader{stream};
    while (!reader.empty()) {
        const uint8_t type = reader.u8();
        const uint8_t major_version = reader.empty() ? kRecordMajorVersion : reader.u8();
        if (type != kRecordHandshake || major_version != kRecordMajorVersion) {
            joined.broken = true;
            break;
        }
        reader.skip(1);
        const uint16_t record_size = reader.u16();
        if (!reader.ok()) {
            break;
        }
        // Empty handshake records are forbidden (RFC 8446 section 5.1).
        if (record_size == 0 || record_size > kMaxRecordSize) {
            joined.broken = true;
            break;
        }
        const Bytes part = reader.take(std::min<size_t>(record_size, reader.remaining_bytes()));
        std::ranges::copy(part, joined.bytes.begin() + static_cast<ptrdiff_t>(joined.size_bytes));
        joined.size_bytes += part.size();
    }
    return joined;
}

/// The extensions of a ClientHello's body; empty where it has none or does not hold together.
Bytes extensions_of(Bytes body) noexcept {
    ByteReader reader{body};
    reader.skip(kVersionAndRandomSize);
    reader.skip(reader.u8());   // legacy_session_id
    reader.skip(reader.u16());  // cipher_suites
    reader.skip(reader.u8());   // legacy_compression_methods
    const uint16_t extensions_size = reader.u16();
    const Bytes extensions = reader.take(extensions_size);
    return reader.empty() ? extensions : Bytes{};
}

/// Reads a ServerNameList. It holds one host name; nothing else was ever defined.
bool read_server_name(Bytes extension, api::ServerName& name) noexcept {
    ByteReader reader{extension};
    const uint16_t list_size = reader.u16();
    const bool whole = list_size == reader.remaining_bytes();
    const uint8_t type = reader.u8();
    const uint16_t name_size = reader.u16();
    const Bytes text = reader.take(name_size);
    return whole && reader.ok() && reader.empty() && type == kNameTypeHostName &&
           set_from_text(name, text);
}

HelloStatus name_in_extensions(Bytes extensions, api::ServerName& name) noexcept {
    bool found = false;
    api::ServerName candidate;
    ByteReader reader{extensions};
    while (!reader.empty()) {
        const uint16_t type = reader.u16();
        const uint16_t size_bytes = reader.u16();
        const Bytes content = reader.take(size_bytes);
        if (!reader.ok() || type == kExtensionEncryptedClientHello) {
            return HelloStatus::none;
        }
        if (type != kExtensionServerName) {
            continue;
        }
        // An extension may stand once only (RFC 8446 section 4.2).
        if (found || !read_server_name(content, candidate)) {
            return HelloStatus::none;
        }
        found = true;
    }
    if (!found) {
        return HelloStatus::none;
    }
    name = candidate;
    return HelloStatus::name;
}

}  // namespace

HelloStatus find_server_name(Bytes stream, api::ServerName& name) noexcept {
    const bool may_grow = stream.size() < kMaxClientHelloSize;
    const HandshakeBytes handshake =
        join_records(stream.first(std::min(stream.size(), kMaxClientHelloSize)));
    const HelloStatus unfinished =
        may_grow && !handshake.broken ? HelloStatus::need_more : HelloStatus::none;

    ByteReader reader{handshake.view()};
    if (!reader.empty() && reader.u8() != kClientHello) {
        return HelloStatus::none;
    }
    if (handshake.size_bytes < kHandshakeHeaderSize) {
        return unfinished;
    }
    const uint32_t body_size = reader.u24();
    if (body_size > kMaxClientHelloSize) {
        return HelloStatus::none;
    }
    if (body_size > reader.remaining_bytes()) {
        return unfinished;
    }
    return name_in_extensions(extensions_of(reader.take(body_size)), name);
}

}  // namespace egret::names
