// SPDX-License-Identifier: Apache-2.0
#include <egret/crypto/cookie.hpp>

#include <algorithm>

namespace egret::crypto {

namespace {

constexpr std::string_view kMac1Label = "mac1----";
constexpr std::string_view kCookieLabel = "cookie--";

/// The two macs are the end of both kinds of message.
constexpr size_t kMacsSize = 2 * kMacSize;

bool has_macs(ByteView message) noexcept {
    return message.size() == kInitiationSize || message.size() == kResponseSize;
}

template <typename Bytes>
auto mac1_of(Bytes message) noexcept {
    return message.subspan(message.size() - kMacsSize, kMacSize);
}

template <typename Bytes>
auto mac2_of(Bytes message) noexcept {
    return message.last(kMacSize);
}

ByteView before_mac1(ByteView message) noexcept {
    return message.first(message.size() - kMacsSize);
}

ByteView before_mac2(ByteView message) noexcept {
    return message.first(message.size() - kMacSize);
}

Secret<kHashSize> reply_key(const PublicKey& receiver) noexcept {
    return Secret<kHashSize>(blake2s({bytes_of(kCookieLabel), receiver.bytes}));
}

/// The sender index stands at the same place in both kinds of message.
IndexBytes sender_of(ByteView message) noexcept {
    IndexBytes index{};
    const ByteView sender = message.subspan(sizeof(MessageHeader), sizeof(IndexBytes));
    std::copy(sender.begin(), sender.end(), index.begin());
    return index;
}

/// A cookie reply is of the suite of the message it answers.
MessageHeader reply_header_of(ByteView message) noexcept {
    return {std::byte{kMessageCookieReply}, message[1], std::byte{0}, std::byte{0}};
}

/// A clock that went backwards makes nothing older.
uint64_t age(uint64_t since_ns, uint64_t now_ns) noexcept {
    return now_ns > since_ns ? now_ns - since_ns : 0;
}

}  // namespace

Mac1Key::Mac1Key(const PublicKey& receiver) noexcept
    : key_(blake2s({bytes_of(kMac1Label), receiver.bytes})) {}

bool Mac1Key::matches(ByteView message) const noexcept {
    if (!has_macs(message)) {
        return false;
    }
    const Mac mac = blake2s_mac(key_, {before_mac1(message)});
    return equal_in_constant_time(mac, mac1_of(message));
}

void Mac1Key::write(ByteSpan message) const noexcept {
    const Mac mac = blake2s_mac(key_, {before_mac1(message)});
    std::copy(mac.begin(), mac.end(), mac1_of(message).begin());
}

CookieChecker::CookieChecker(const PublicKey& own) noexcept
    : reply_key_(reply_key(own)) {}

bool CookieChecker::has_cookie(ByteView message, const CookieSource& source, uint64_t now_ns)
    const noexcept {
    if (!has_macs(message) || secret_expired(now_ns)) {
        return false;
    }
    const Secret<kMacSize> cookie(cookie_for(source));
    const Mac mac = blake2s_mac(cookie.bytes(), {before_mac2(message)});
    return equal_in_constant_time(mac, mac2_of(message));
}

void CookieChecker::write_reply(
    ByteView message,
    const CookieSource& source,
    uint64_t now_ns,
    Random& random,
    std::span<std::byte, kCookieReplySize> reply
) noexcept {
    if (secret_expired(now_ns)) {
        random.fill(secret_.writable());
        secret_made_ns_ = now_ns;
    }
    CookieReplyMessage out{};
    out.header = reply_header_of(message);
    out.receiver = sender_of(message);
    random.fill(out.nonce);
    const Mac cookie = cookie_for(source);
    seal_extended(reply_key_, out.nonce, mac1_of(message), cookie, out.encrypted_cookie);
    write_message(out, reply);
}

bool CookieChecker::secret_expired(uint64_t now_ns) const noexcept {
    return !secret_made_ns_ || age(*secret_made_ns_, now_ns) >= kCookieSecretMaxAge;
}

Mac CookieChecker::cookie_for(const CookieSource& source) const noexcept {
    std::array<std::byte, sizeof(source.port)> port{};
    store_le<uint16_t>(port, source.port);
    return blake2s_mac(secret_.bytes(), {source.address, port});
}

CookieGenerator::CookieGenerator(const PublicKey& peer) noexcept
    : mac1_key_(peer),
      reply_key_(reply_key(peer)) {}

void CookieGenerator::stamp(ByteSpan message, uint64_t now_ns) noexcept {
    mac1_key_.write(message);
    last_ = Stamped{reply_header_of(message), sender_of(message), {}};
    std::ranges::copy(mac1_of(message), last_->mac1.begin());
    Mac mac2{};
    // The peer's secret may be older than the cookie by what the reply took to arrive.
    constexpr uint64_t kFresh = kCookieSecretMaxAge - kCookieSecretLatency;
    if (cookie_received_ns_ && age(*cookie_received_ns_, now_ns) < kFresh) {
        mac2 = blake2s_mac(cookie_.bytes(), {before_mac2(message)});
    }
    std::ranges::copy(mac2, mac2_of(message).begin());
}

bool CookieGenerator::read_reply(ByteView reply, uint64_t now_ns) noexcept {
    const auto message = read_message<CookieReplyMessage>(reply);
    if (!message || !last_ || message->header != last_->reply_header ||
        message->receiver != last_->sender) {
        return false;
    }
    Secret<kMacSize> cookie;
    if (!open_extended(
            reply_key_,
            message->nonce,
            last_->mac1,
            message->encrypted_cookie,
            cookie.writable()
        )) {
        return false;
    }
    cookie_ = std::move(cookie);
    cookie_received_ns_ = now_ns;
    last_.reset();
    return true;
}

}  // namespace egret::crypto
