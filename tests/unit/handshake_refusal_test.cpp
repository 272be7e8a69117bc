// SPDX-License-Identifier: Apache-2.0
// Messages 1 and 2 cut short, with every bit flipped, and with points of low order in them.
#include "handshake_pair.hpp"
#include "suites.hpp"

#include <egret/crypto/handshake.hpp>

#include <algorithm>
#include <vector>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

using test::HandshakePair;
using test::InitiationBytes;
using test::ResponseBytes;

namespace {

/// Bytes of a message the Noise handshake itself protects. The sender's index, and in message 1
/// nothing else, is protected by mac1 alone.
struct Range {
    size_t begin;
    size_t end;
};

constexpr Range kNoiseOfInitiation{
    offsetof(InitiationMessage, noise),
    offsetof(InitiationMessage, mac1),
};
constexpr Range kNoiseOfResponse{
    offsetof(ResponseMessage, noise),
    offsetof(ResponseMessage, mac1),
};
constexpr Range kHeader{0, sizeof(MessageHeader)};

/// First bytes of the points 0, of order two, and 1, of order four.
constexpr std::array<std::byte, 2> kLowOrderFirstBytes{std::byte{0}, std::byte{1}};

template <typename Message>
void put_low_order(Message& message, size_t offset, std::byte first) {
    std::fill_n(message.begin() + static_cast<std::ptrdiff_t>(offset), kKeySize, std::byte{0});
    message[offset] = first;
}

struct HandshakeRefusalTests : Utest {
    /// Flips every bit of `range` in turn; `accepts` must then say no.
    template <typename Message, typename Accepts>
    static void flip_all(Message message, Range range, const Accepts& accepts) {
        for (size_t bit = range.begin * 8; bit < range.end * 8; ++bit) {
            const auto mask = static_cast<std::byte>(1U << (bit % 8));
            message[bit / 8] ^= mask;
            CHECK_FALSE(accepts(message));
            message[bit / 8] ^= mask;
        }
        CHECK_TRUE(accepts(message));
    }

    /// Cuts `message` to every size, and lengthens it; only the whole of it may be accepted.
    template <typename Message, typename Accepts>
    static void only_whole(const Message& message, const Accepts& accepts) {
        std::vector<std::byte> bytes(message.begin(), message.end());
        bytes.resize(300);
        for (size_t size = 0; size <= bytes.size(); ++size) {
            CHECK_EQUAL(size == message.size(), accepts(ByteView(bytes).first(size)));
        }
    }
};

}  // namespace

TEST_GROUP_BASE(HandshakeRefusal, HandshakeRefusalTests){};

TEST(HandshakeRefusal, EveryFlippedBitOfACall) {
    for (const Suite suite : test::suites_here()) {
        HandshakePair pair(suite);
        const auto reads = [&pair](ByteView message) { return pair.read(message).has_value(); };
        const InitiationBytes call = pair.call();
        flip_all(call, kHeader, reads);
        flip_all(call, kNoiseOfInitiation, reads);
    }
}

TEST(HandshakeRefusal, EveryFlippedBitOfAResponse) {
    for (const Suite suite : test::suites_here()) {
        HandshakePair pair(suite);
        auto responder = pair.read(pair.call());
        const ResponseBytes response = pair.answer(*responder);
        const auto finishes = [&pair](ByteView message) {
            return pair.finish(message).has_value();
        };
        flip_all(response, kHeader, finishes);
        flip_all(
            response,
            {offsetof(ResponseMessage, receiver), offsetof(ResponseMessage, noise)},
            finishes
        );
        flip_all(response, kNoiseOfResponse, finishes);
    }
}

TEST(HandshakeRefusal, Mac1CoversEverythingBeforeIt) {
    HandshakePair pair(Suite::wireguard);
    const Mac1Key to_called(pair.called.public_key);
    const Mac1Key to_caller(pair.caller.public_key);
    const InitiationBytes call = pair.call();
    flip_all(call, {0, offsetof(InitiationMessage, mac2)}, [&](ByteView message) {
        return to_called.matches(message);
    });
    auto responder = pair.read(call);
    flip_all(pair.answer(*responder), {0, offsetof(ResponseMessage, mac2)}, [&](ByteView message) {
        return to_caller.matches(message);
    });
}

TEST(HandshakeRefusal, EverySizeButTheRightOne) {
    HandshakePair pair(Suite::wireguard);
    const Mac1Key to_called(pair.called.public_key);
    const InitiationBytes call = pair.call();
    auto responder = pair.read(call);
    const ResponseBytes response = pair.answer(*responder);
    only_whole(call, [&](ByteView cut) { return pair.read(cut).has_value(); });
    only_whole(call, [&](ByteView cut) { return to_called.matches(cut); });
    only_whole(response, [&](ByteView cut) { return pair.finish(cut).has_value(); });
}

TEST(HandshakeRefusal, PointsOfLowOrderInACall) {
    HandshakePair pair(Suite::wireguard);
    for (const std::byte first : kLowOrderFirstBytes) {
        InitiationBytes call = pair.call();
        put_low_order(call, offsetof(InitiationMessage, noise), first);
        const auto responder = Responder::read_initiation(pair.called, call);
        CHECK_TRUE(responder.error() == HandshakeError::low_order_point);
    }
}

TEST(HandshakeRefusal, PointsOfLowOrderInAResponse) {
    HandshakePair pair(Suite::wireguard);
    auto responder = pair.read(pair.call());
    ResponseBytes response = pair.answer(*responder);
    for (const std::byte first : kLowOrderFirstBytes) {
        put_low_order(response, offsetof(ResponseMessage, noise), first);
        CHECK_TRUE(pair.finish(response).error() == HandshakeError::low_order_point);
    }
}

TEST(HandshakeRefusal, APeerWhoseKeyIsOfLowOrder) {
    HandshakePair pair(Suite::wireguard);
    for (const std::byte first : kLowOrderFirstBytes) {
        PublicKey key;
        key.bytes[0] = first;
        CHECK_FALSE(PeerIdentity::derive(pair.caller, key).has_value());
    }
}

// A called node must also refuse when the static key sealed inside message 1 is of low order;
// only a caller who knows no better would send it, since the next step needs its agreement.
TEST(HandshakeRefusal, ACallerWhoseStaticKeyIsOfLowOrder) {
    HandshakePair pair(Suite::wireguard);
    pair.caller.public_key = PublicKey{};
    auto responder = Responder::read_initiation(pair.called, pair.call());
    CHECK_TRUE(responder.has_value());
    CHECK_TRUE(responder->peer() == PublicKey{});
    CHECK_FALSE(PeerIdentity::derive(pair.called, responder->peer()).has_value());
    ResponseBytes response{};
    const auto keys = responder->write_response(
        KeyPair::generate(pair.random),
        pair.psk,
        HandshakePair::kCalledIndex,
        response
    );
    CHECK_TRUE(keys.error() == HandshakeError::low_order_point);
    CHECK_TRUE(response == ResponseBytes{});
}

}  // namespace egret::crypto
