// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/blake2s.hpp>
#include <egret/crypto/bytes.hpp>
#include <egret/crypto/cipher.hpp>
#include <egret/crypto/limits.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

/// The messages as they stand in a datagram (crypto/PROTOCOL.md). Every field is an array of bytes,
/// so the structures have no padding and no alignment, and integers are read with load_le.
namespace egret::crypto {

/// Type, suite, two zero bytes.
using MessageHeader = std::array<std::byte, 4>;
using IndexBytes = std::array<std::byte, 4>;

inline constexpr size_t kNoiseFirstSize = 32 + (32 + kAeadTagSize) + (12 + kAeadTagSize);
inline constexpr size_t kNoiseSecondSize = 32 + kAeadTagSize;

struct InitiationMessage {
    MessageHeader header;
    IndexBytes sender;
    std::array<std::byte, kNoiseFirstSize> noise;  ///< ephemeral, encrypted static, encrypted time
    Mac mac1;
    Mac mac2;
};

static_assert(sizeof(InitiationMessage) == kInitiationSize);

struct ResponseMessage {
    MessageHeader header;
    IndexBytes sender;
    IndexBytes receiver;
    std::array<std::byte, kNoiseSecondSize> noise;  ///< ephemeral, encrypted nothing
    Mac mac1;
    Mac mac2;
};

static_assert(sizeof(ResponseMessage) == kResponseSize);

struct CookieReplyMessage {
    MessageHeader header;
    IndexBytes receiver;
    ExtendedNonce nonce;
    std::array<std::byte, kMacSize + kAeadTagSize> encrypted_cookie;
};

static_assert(sizeof(CookieReplyMessage) == kCookieReplySize);

/// Followed by the encrypted payload and its tag.
struct DataHeader {
    MessageHeader header;
    IndexBytes receiver;
    std::array<std::byte, 8> counter;
};

static_assert(sizeof(DataHeader) == kDataHeaderSize);

[[nodiscard]] constexpr MessageHeader message_header(uint8_t type, Suite suite) noexcept {
    return {std::byte{type}, static_cast<std::byte>(suite), std::byte{0}, std::byte{0}};
}

/// The suite a message of `type` names; nothing if it is of another type, names no known suite, or
/// its last two header bytes are not zero.
[[nodiscard]] constexpr std::optional<Suite>
suite_of(uint8_t type, const MessageHeader& header) noexcept {
    for (const Suite suite : {Suite::wireguard, Suite::aes256gcm}) {
        if (header == message_header(type, suite)) {
            return suite;
        }
    }
    return std::nullopt;
}

/// The bytes of a datagram as a `Message`; nothing if the size is not exactly that of one.
template <typename Message>
[[nodiscard]] std::optional<Message> read_message(ByteView datagram) noexcept {
    if (datagram.size() != sizeof(Message)) {
        return std::nullopt;
    }
    Message message{};
    std::memcpy(&message, datagram.data(), sizeof(Message));
    return message;
}

template <typename Message>
void write_message(const Message& message, std::span<std::byte, sizeof(Message)> out) noexcept {
    std::memcpy(out.data(), &message, sizeof(Message));
}

/// Size of a payload on the wire before its tag: the next multiple of 16 bytes.
[[nodiscard]] constexpr uint32_t padded_size(uint32_t size_bytes) noexcept {
    return (size_bytes + kPadding - 1) / kPadding * kPadding;
}

}  // namespace egret::crypto
