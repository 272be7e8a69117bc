// SPDX-License-Identifier: Apache-2.0
// libegret-crypto alone: two endpoints in memory shake hands, and one sends the other a packet.
// A real program would put a UDP socket where this one passes arrays.
#include <egret/crypto/aead.hpp>
#include <egret/crypto/cookie.hpp>
#include <egret/crypto/handshake.hpp>
#include <egret/crypto/messages.hpp>
#include <egret/crypto/replay_window.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

using namespace egret::crypto;  // NOLINT(google-build-using-namespace)

namespace {

constexpr Suite kSuite = Suite::wireguard;

using Initiation = std::array<std::byte, kInitiationSize>;
using Response = std::array<std::byte, kResponseSize>;

Tai64n now() {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(since_1970).count();
    return Tai64n::from_unix_ns(static_cast<uint64_t>(ns));
}

/// A session in use: the two keys ready for work, the next counter, the counters already seen.
struct Session {
    explicit Session(const SessionKeys& keys)
        : remote_index(keys.remote_index),
          sending(sodium_backend(keys.suite), keys.send_key.bytes()),
          receiving(sodium_backend(keys.suite), keys.receive_key.bytes()) {}

    uint32_t remote_index;
    AeadKey sending;
    AeadKey receiving;
    uint64_t next_counter = 0;
    ReplayWindow window;
};

/// Header, padded payload and tag.
std::vector<std::byte> seal(Session& session, ByteView payload) {
    const uint32_t size = padded_size(static_cast<uint32_t>(payload.size()));
    std::vector<std::byte> message(kDataHeaderSize + size + kAeadTagSize);
    const uint64_t counter = session.next_counter++;
    DataHeader header{message_header(kMessageData, kSuite), {}, {}};
    store_le<uint32_t>(header.receiver, session.remote_index);
    store_le<uint64_t>(header.counter, counter);
    write_message(header, std::span(message).first<kDataHeaderSize>());
    std::copy(payload.begin(), payload.end(), message.begin() + kDataHeaderSize);
    AeadJob job{&session.sending, counter, message.data() + kDataHeaderSize, size};
    session.sending.backend().seal({&job, 1});
    return message;
}

/// The payload in `message`, with its padding; nothing if it is not authentic or not new.
std::optional<ByteView> open(Session& session, std::span<std::byte> message) {
    const auto header = read_message<DataHeader>(message.first(kDataHeaderSize));
    const auto counter = load_le<uint64_t>(header->counter);
    if (session.window.check(counter) != ReplayWindow::Verdict::fresh) {
        return std::nullopt;
    }
    const auto text = message.subspan(kDataHeaderSize);
    AeadJob job{&session.receiving, counter, text.data(), static_cast<uint32_t>(text.size())};
    session.receiving.backend().open({&job, 1});
    if (!job.ok || session.window.accept(counter) != ReplayWindow::Verdict::fresh) {
        return std::nullopt;
    }
    return text.first(text.size() - kAeadTagSize);
}

/// The responder's part: who is it, is it really that one, and the answer.
std::optional<Session> respond(
    const KeyPair& own,
    const PublicKey& known_peer,
    Random& random,
    const Initiation& initiation,
    Response& response
) {
    if (!Mac1Key(own.public_key).matches(initiation)) {
        return std::nullopt;
    }
    auto responder = Responder::read_initiation(own, initiation);
    if (!responder || responder->peer() != known_peer) {
        return std::nullopt;
    }
    const auto peer = PeerIdentity::derive(own, known_peer);
    if (!peer || !responder->authenticate(peer->static_shared)) {
        return std::nullopt;
    }
    const auto keys = responder->write_response(
        KeyPair::generate(random),
        PresharedKey(),
        random.next_u32(),
        response
    );
    if (!keys) {
        return std::nullopt;
    }
    Mac1Key(known_peer).write(response);
    return Session(*keys);
}

int fail(const char* what) {
    std::fprintf(stderr, "crypto_only: %s\n", what);
    return 1;
}

/// One packet through the tunnel, and the same datagram a second time.
int send_packet(Session& from, Session& to) {
    constexpr std::string_view kPacket = "a packet";
    std::vector<std::byte> message = seal(from, bytes_of(kPacket));
    std::vector<std::byte> replayed = message;
    const auto payload = open(to, message);
    if (!payload || !std::ranges::equal(payload->first(kPacket.size()), bytes_of(kPacket))) {
        return fail("the packet did not arrive");
    }
    if (open(to, replayed)) {
        return fail("the packet was taken twice");
    }
    std::printf("%zu bytes on the wire, one packet through\n", message.size());
    return 0;
}

}  // namespace

int main() {
    Random random = Random::system();
    const KeyPair branch = KeyPair::generate(random);
    const KeyPair edge = KeyPair::generate(random);

    const auto edge_identity = PeerIdentity::derive(branch, edge.public_key);
    Initiation initiation{};
    const auto initiator = Initiator::start(
        {kSuite, branch, *edge_identity, random.next_u32(), now()},
        KeyPair::generate(random),
        initiation
    );
    if (!initiator) {
        return fail("no initiation");
    }
    Mac1Key(edge.public_key).write(initiation);

    Response response{};
    auto at_edge = respond(edge, branch.public_key, random, initiation, response);
    if (!at_edge || !Mac1Key(branch.public_key).matches(response)) {
        return fail("no response");
    }
    const auto keys = initiator->read_response(branch, PresharedKey(), response);
    if (!keys) {
        return fail("the response was refused");
    }
    Session at_branch(*keys);
    return send_packet(at_branch, *at_edge);
}
