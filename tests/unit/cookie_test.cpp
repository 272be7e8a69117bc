// SPDX-License-Identifier: Apache-2.0
#include "handshake_pair.hpp"

#include <egret/crypto/cookie.hpp>

#include <array>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

using test::HandshakePair;
using test::InitiationBytes;

using ReplyBytes = std::array<std::byte, kCookieReplySize>;

namespace {

struct CookieTests : Utest {
    HandshakePair pair{Suite::wireguard};
    CookieGenerator caller{pair.called.public_key};
    CookieChecker called{pair.called.public_key};
    CookieSource source{{std::byte{192}, std::byte{0}, std::byte{2}, std::byte{1}}, 51820};
    uint64_t now = 1000 * kSecond;

    InitiationBytes stamped_call() {
        InitiationBytes message = pair.call();
        caller.stamp(message, now);
        return message;
    }

    ReplyBytes reply_to(const InitiationBytes& message) {
        ReplyBytes reply{};
        called.write_reply(message, source, now, pair.random, reply);
        return reply;
    }

    void get_cookie() { CHECK_TRUE(caller.read_reply(reply_to(stamped_call()), now)); }
};

}  // namespace

TEST_GROUP_BASE(Cookie, CookieTests){};

TEST(Cookie, StampWritesMac1) {
    const InitiationBytes message = stamped_call();
    CHECK_TRUE(Mac1Key(pair.called.public_key).matches(message));
    CHECK_FALSE(Mac1Key(pair.caller.public_key).matches(message));
}

TEST(Cookie, WithoutOneMac2IsZeroAndNotAccepted) {
    const InitiationBytes message = stamped_call();
    CHECK_TRUE(is_zero_in_constant_time(ByteView(message).last(kMacSize)));
    CHECK_FALSE(called.has_cookie(message, source, now));
    reply_to(message);
    CHECK_FALSE(called.has_cookie(message, source, now));
}

TEST(Cookie, AReplyMakesTheNextMessageAccepted) {
    get_cookie();
    CHECK_TRUE(called.has_cookie(stamped_call(), source, now));
}

TEST(Cookie, CountsForResponsesToo) {
    get_cookie();
    auto responder = pair.read(pair.call());
    test::ResponseBytes response = pair.answer(*responder);
    caller.stamp(response, now);
    CHECK_TRUE(called.has_cookie(response, source, now));
}

TEST(Cookie, IsBoundToTheAddress) {
    get_cookie();
    source.address[3] = std::byte{2};
    CHECK_FALSE(called.has_cookie(stamped_call(), source, now));
}

TEST(Cookie, IsBoundToThePort) {
    get_cookie();
    const InitiationBytes message = stamped_call();
    source.port += 256;
    CHECK_FALSE(called.has_cookie(message, source, now));
    source.port -= 255;
    CHECK_FALSE(called.has_cookie(message, source, now));
}

TEST(Cookie, CoversTheWholeMessage) {
    get_cookie();
    InitiationBytes message = stamped_call();
    for (size_t bit = 0; bit < message.size() * 8; ++bit) {
        const auto mask = static_cast<std::byte>(1U << (bit % 8));
        message[bit / 8] ^= mask;
        CHECK_FALSE(called.has_cookie(message, source, now));
        message[bit / 8] ^= mask;
    }
    CHECK_TRUE(called.has_cookie(message, source, now));
}

TEST(Cookie, EndsWithTheSecret) {
    get_cookie();
    const InitiationBytes message = stamped_call();
    CHECK_TRUE(called.has_cookie(message, source, now + kCookieSecretMaxAge - 1));
    CHECK_FALSE(called.has_cookie(message, source, now + kCookieSecretMaxAge));
    now += kCookieSecretMaxAge;
    reply_to(message);
    CHECK_FALSE(called.has_cookie(message, source, now));
}

TEST(Cookie, SecretLastsWhileItIsYoung) {
    get_cookie();
    const InitiationBytes message = stamped_call();
    now += kCookieSecretMaxAge - 1;
    reply_to(message);
    CHECK_TRUE(called.has_cookie(message, source, now));
}

TEST(Cookie, CallerStopsUsingItBeforeTheSecretEnds) {
    get_cookie();
    now += kCookieSecretMaxAge - kCookieSecretLatency - 1;
    CHECK_TRUE(called.has_cookie(stamped_call(), source, now));
    now += 1;
    CHECK_TRUE(is_zero_in_constant_time(ByteView(stamped_call()).last(kMacSize)));
}

TEST(Cookie, SurvivesAClockThatGoesBackwards) {
    get_cookie();
    now -= 500 * kSecond;
    CHECK_TRUE(called.has_cookie(stamped_call(), source, now));
}

TEST(Cookie, AReplyIsTakenOnce) {
    const ReplyBytes reply = reply_to(stamped_call());
    CHECK_TRUE(caller.read_reply(reply, now));
    CHECK_FALSE(caller.read_reply(reply, now));
}

TEST(Cookie, OnlyTheLastMessageCanBeAnswered) {
    const ReplyBytes late = reply_to(stamped_call());
    const InitiationBytes last = stamped_call();
    CHECK_FALSE(caller.read_reply(late, now));
    CHECK_TRUE(caller.read_reply(reply_to(last), now));
}

TEST(Cookie, NothingSentNothingTaken) {
    const ReplyBytes reply = reply_to(pair.call());
    CHECK_FALSE(caller.read_reply(reply, now));
}

TEST(Cookie, EveryFlippedBitOfAReplyIsRefused) {
    ReplyBytes reply = reply_to(stamped_call());
    for (size_t bit = 0; bit < reply.size() * 8; ++bit) {
        const auto mask = static_cast<std::byte>(1U << (bit % 8));
        reply[bit / 8] ^= mask;
        CHECK_FALSE(caller.read_reply(reply, now));
        reply[bit / 8] ^= mask;
    }
    CHECK_TRUE(caller.read_reply(reply, now));
}

TEST(Cookie, EveryOtherSizeOfAReplyIsRefused) {
    const ReplyBytes reply = reply_to(stamped_call());
    std::array<std::byte, kCookieReplySize + 8> bytes{};
    std::copy(reply.begin(), reply.end(), bytes.begin());
    for (size_t size = 0; size <= bytes.size(); ++size) {
        if (size != kCookieReplySize) {
            CHECK_FALSE(caller.read_reply(ByteView(bytes).first(size), now));
        }
    }
}

TEST(Cookie, AReplyIsForItsPeerAlone) {
    CookieGenerator other(pair.caller.public_key);
    InitiationBytes message = pair.call();
    other.stamp(message, now);
    CHECK_FALSE(other.read_reply(reply_to(message), now));
}

TEST(Cookie, RepliesDoNotRepeatTheirNonce) {
    const InitiationBytes message = stamped_call();
    CHECK_TRUE(reply_to(message) != reply_to(message));
}

}  // namespace egret::crypto
