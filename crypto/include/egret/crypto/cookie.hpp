// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/messages.hpp>
#include <egret/crypto/random.hpp>
#include <egret/crypto/x25519.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>

/// What lets a node refuse handshakes cheaply (WireGuard paper, sections 5.3 and 5.4.4): mac1 shows
/// that the sender knows whom it talks to, mac2 that it can receive where it claims to be. Times
/// are the caller's monotonic nanoseconds.
namespace egret::crypto {

/// Key of mac1 in messages to one node. A node with two static keys tries both.
class Mac1Key {
  public:
    explicit Mac1Key(const PublicKey& receiver) noexcept;

    /// True if `message` is an initiation or response by size and its mac1 is for this node.
    [[nodiscard]] bool matches(ByteView message) const noexcept;

    /// Writes mac1 of a complete initiation or response.
    void write(ByteSpan message) const noexcept;

  private:
    Digest key_;
};

/// Where a datagram came from, as cookies are bound to it. The port is part of it: hosts behind one
/// translator would otherwise share cookies.
struct CookieSource {
    std::array<std::byte, 16> address{};  ///< an IPv4 address in the first four, the rest zero
    uint16_t port = 0;
};

/// The receiving side: hands out cookies while it is busy and recognises them.
class CookieChecker {
  public:
    explicit CookieChecker(const PublicKey& own) noexcept;

    /// True if mac2 of an initiation or response was made with a cookie given to `source` since
    /// the secret last changed, every kCookieSecretMaxAge.
    [[nodiscard]] bool has_cookie(ByteView message, const CookieSource& source, uint64_t now_ns)
        const noexcept;

    /// Writes the cookie reply to an initiation or response, whose mac1 was checked.
    void write_reply(
        ByteView message,
        const CookieSource& source,
        uint64_t now_ns,
        Random& random,
        std::span<std::byte, kCookieReplySize> reply
    ) noexcept;

  private:
    [[nodiscard]] bool secret_expired(uint64_t now_ns) const noexcept;
    [[nodiscard]] Mac cookie_for(const CookieSource& source) const noexcept;

    Secret<kHashSize> reply_key_;
    Secret<kHashSize> secret_;
    std::optional<uint64_t> secret_made_ns_;
};

/// The sending side, one for each peer: writes the macs of what is sent to it.
class CookieGenerator {
  public:
    explicit CookieGenerator(const PublicKey& peer) noexcept;

    /// Writes mac1 of a complete initiation or response, and mac2 while a cookie is fresh.
    void stamp(ByteSpan message, uint64_t now_ns) noexcept;

    /// Takes the peer's answer to the message stamped last. False if it is none, or was already
    /// taken; nothing changes then.
    [[nodiscard]] bool read_reply(ByteView reply, uint64_t now_ns) noexcept;

  private:
    struct Stamped {
        MessageHeader reply_header;
        IndexBytes sender;
        Mac mac1;
    };

    Mac1Key mac1_key_;
    Secret<kHashSize> reply_key_;
    std::optional<Stamped> last_;  ///< the message a reply may still answer
    Secret<kMacSize> cookie_;
    std::optional<uint64_t> cookie_received_ns_;
};

}  // namespace egret::crypto
