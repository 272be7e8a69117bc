// SPDX-License-Identifier: Apache-2.0
#include "wire_peer.hpp"

#include <egret/crypto/messages.hpp>
#include <egret/crypto/nonce.hpp>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace egret::test {

namespace {

/// For keys that are the test's own: a bad one is a mistake in the test.
crypto::PeerIdentity identity_of(const crypto::KeyPair& own, const crypto::PublicKey& node) {
    auto identity = crypto::PeerIdentity::derive(own, node);
    if (!identity) {
        std::abort();
    }
    return std::move(*identity);
}

std::optional<uint8_t> type_of(std::span<const std::byte> datagram) {
    return datagram.empty() ? std::nullopt
                            : std::optional(std::to_integer<uint8_t>(datagram.front()));
}

/// Where a message that goes to an index carries it (crypto/PROTOCOL.md); 0 for other messages.
size_t index_offset(uint8_t type, size_t size_bytes) {
    switch (type) {
        case crypto::kMessageResponse:
            return size_bytes == crypto::kResponseSize ? 8 : 0;
        case crypto::kMessageCookieReply:
            return size_bytes == crypto::kCookieReplySize ? 4 : 0;
        case crypto::kMessageData:
            return size_bytes >= crypto::kDataMinSize ? 4 : 0;
        default:
            return 0;
    }
}

std::optional<uint32_t> index_in(std::span<const std::byte> datagram) {
    const auto type = type_of(datagram);
    const size_t offset = type ? index_offset(*type, datagram.size()) : 0;
    if (offset == 0) {
        return std::nullopt;
    }
    return crypto::load_le<uint32_t>(datagram.subspan(offset).first<4>());
}

}  // namespace

WirePeer::WirePeer(Options options)
    : options_(std::move(options)),
      identity_(identity_of(options_.own, options_.node)),
      own_mac1_(options_.own.public_key),
      cookies_(options_.node) {}

std::optional<uint32_t> WirePeer::number_in(std::span<const std::byte> datagram) {
    const auto index = index_in(datagram);
    return index ? std::optional(*index >> kIndexBits) : std::nullopt;
}

std::vector<std::byte>
WirePeer::initiate(crypto::Random& random, uint64_t now_ns, uint64_t unix_ns) {
    std::vector<std::byte> message(crypto::kInitiationSize);
    // Times that differ, whatever the clock's steps and the rounding.
    last_unix_ns_ = std::max(unix_ns, last_unix_ns_ + crypto::Tai64n::kStep);
    auto started = crypto::Initiator::start(
        {options_.suite,
         options_.own,
         identity_,
         next_index(),
         crypto::Tai64n::from_unix_ns(last_unix_ns_)},
        crypto::KeyPair::generate(random),
        std::span<std::byte, crypto::kInitiationSize>(message)
    );
    if (!started) {
        std::abort();
    }
    pending_.emplace(std::move(*started));
    cookies_.stamp(message, now_ns);
    return message;
}

WirePeer::Received
WirePeer::receive(std::span<std::byte> datagram, crypto::Random& random, uint64_t now_ns) {
    switch (type_of(datagram).value_or(0)) {
        case crypto::kMessageInitiation:
            return answer(datagram, random, now_ns);
        case crypto::kMessageResponse:
            return {take_response(datagram), {}, {}};
        case crypto::kMessageCookieReply:
            return {cookies_.read_reply(datagram, now_ns) ? Took::cookie : Took::refused, {}, {}};
        case crypto::kMessageData:
            return open(datagram);
        default:
            return {};
    }
}

std::vector<std::byte> WirePeer::seal(std::span<const std::byte> payload) {
    const auto padded = crypto::padded_size(static_cast<uint32_t>(payload.size()));
    std::vector<std::byte> message(crypto::kDataHeaderSize + padded + crypto::kAeadTagSize);
    Session& session = *current_;
    crypto::DataHeader header{};
    header.header = crypto::message_header(crypto::kMessageData, options_.suite);
    crypto::store_le(std::span(header.receiver), session.remote_index);
    crypto::store_le(std::span(header.counter), session.next_counter);
    std::memcpy(message.data(), &header, sizeof(header));
    std::ranges::copy(payload, message.begin() + crypto::kDataHeaderSize);
    crypto::AeadJob job{
        .key = &session.send_key,
        .counter = session.next_counter++,
        .text = message.data() + crypto::kDataHeaderSize,
        .size_bytes = padded,
    };
    crypto::sodium_backend(options_.suite).seal({&job, 1});
    return message;
}

uint32_t WirePeer::next_index() noexcept {
    const uint32_t count = ++handshakes_ & ((1U << kIndexBits) - 1);
    return options_.number << kIndexBits | count;
}

WirePeer::Session WirePeer::make_session(const crypto::SessionKeys& keys) const {
    const crypto::AeadBackend& backend = crypto::sodium_backend(options_.suite);
    return {
        .local_index = keys.local_index,
        .remote_index = keys.remote_index,
        .send_key = crypto::AeadKey(backend, keys.send_key.bytes()),
        .receive_key = crypto::AeadKey(backend, keys.receive_key.bytes()),
        .next_counter = 0,
        .window = {},
    };
}

// An initiator sends by the new session at once and goes on receiving by the one before (WireGuard paper, section 6.5).
WirePeer::Took WirePeer::take_response(std::span<const std::byte> datagram) {
    if (!pending_ || !own_mac1_.matches(datagram)) {
        return Took::refused;
    }
    const auto keys = pending_->read_response(options_.own, no_preshared_key_, datagram);
    if (!keys) {
        return Took::refused;
    }
    pending_.reset();
    previous_ = next_ ? std::exchange(next_, std::nullopt) : std::exchange(current_, std::nullopt);
    current_ = make_session(*keys);
    return Took::established;
}

WirePeer::Received
WirePeer::answer(std::span<const std::byte> datagram, crypto::Random& random, uint64_t now_ns) {
    if (!own_mac1_.matches(datagram)) {
        return {};
    }
    auto responder = crypto::Responder::read_initiation(options_.own, datagram);
    if (!responder || responder->peer() != options_.node || responder->suite() != options_.suite ||
        !responder->authenticate(identity_.static_shared)) {
        return {};
    }
    Received received{Took::answered, std::vector<std::byte>(crypto::kResponseSize), {}};
    const auto keys = responder->write_response(
        crypto::KeyPair::generate(random),
        no_preshared_key_,
        next_index(),
        std::span<std::byte, crypto::kResponseSize>(received.reply)
    );
    if (!keys) {
        return {};
    }
    cookies_.stamp(received.reply, now_ns);
    next_ = make_session(*keys);
    return received;
}

WirePeer::Received WirePeer::open(std::span<std::byte> datagram) {
    const auto index = index_in(datagram);
    std::optional<Session>* session = index ? find(*index) : nullptr;
    if (session == nullptr) {
        return {};
    }
    const auto counter = crypto::load_le<uint64_t>(datagram.subspan(8).first<8>());
    const std::span<std::byte> text = datagram.subspan(crypto::kDataHeaderSize);
    crypto::AeadJob job{
        .key = &(*session)->receive_key,
        .counter = counter,
        .text = text.data(),
        .size_bytes = static_cast<uint32_t>(text.size()),
    };
    crypto::sodium_backend(options_.suite).open({&job, 1});
    if (!job.ok) {
        return {};
    }
    if ((*session)->window.accept(counter) != crypto::ReplayWindow::Verdict::fresh) {
        return {Took::replayed, {}, {}};
    }
    if (session == &next_) {
        previous_ = std::exchange(current_, std::exchange(next_, std::nullopt));
    }
    const std::span<std::byte> payload = text.first(text.size() - crypto::kAeadTagSize);
    return {payload.empty() ? Took::keepalive : Took::data, {}, payload};
}

std::optional<WirePeer::Session>* WirePeer::find(uint32_t index) {
    for (std::optional<Session>* session : {&current_, &previous_, &next_}) {
        if (*session && (*session)->local_index == index) {
            return session;
        }
    }
    return nullptr;
}

}  // namespace egret::test
