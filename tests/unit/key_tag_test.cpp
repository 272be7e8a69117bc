// SPDX-License-Identifier: Apache-2.0
#include "control/tunnel/key_tag.hpp"

#include <array>
#include <set>

#include <CppUTest/TestHarness.h>

namespace egret::control {

namespace {

crypto::PublicKey key(uint8_t byte) {
    crypto::PublicKey key;
    key.bytes.fill(std::byte{byte});
    return key;
}

crypto::PresharedKey preshared(uint8_t byte) {
    crypto::PresharedKey key;
    key.writable()[0] = std::byte{byte};
    return key;
}

}  // namespace

TEST_GROUP(KeyTag)
{};

// By Python: hashlib.blake2s(b"Egret v1 session key tag" + b"\1" * 32 + b"\2" * 32 + b"\3" +
// bytes(31), digest_size=8), little endian. A session outlives the control process that made it, so
// the tag must never change.
TEST(KeyTag, IsTheSameInEveryProcess) {
    CHECK_TRUE(key_tag(key(1), key(2), preshared(3)) == 0x6c4c721e359693ee);
}

TEST(KeyTag, DiffersWithEveryKey) {
    const std::set<uint64_t> tags{
        key_tag(key(1), key(2), preshared(3)),
        key_tag(key(2), key(1), preshared(3)),
        key_tag(key(1), key(2), preshared(0)),
        key_tag(key(9), key(2), preshared(3)),
        key_tag(key(1), key(9), preshared(3)),
    };
    UNSIGNED_LONGS_EQUAL(5, tags.size());
}

}  // namespace egret::control
