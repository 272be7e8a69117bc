// SPDX-License-Identifier: Apache-2.0
#include <egret/crypto/handshake.hpp>
#include <egret/crypto/secret.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <type_traits>
#include <utility>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

namespace {

static_assert(!std::is_copy_constructible_v<Secret<32>>);
static_assert(!std::is_copy_assignable_v<Secret<32>>);
static_assert(!std::is_copy_constructible_v<PrivateKey>);
static_assert(!std::is_copy_constructible_v<KeyPair>);
static_assert(!std::is_copy_constructible_v<SessionKeys>);
static_assert(!std::is_copy_constructible_v<AeadKey>);
static_assert(!std::is_copy_constructible_v<Random>);

constexpr std::byte kMark{0xc5};

Secret<32> marked() {
    Secret<32> secret;
    std::ranges::fill(secret.writable(), kMark);
    return secret;
}

/// Storage in which an object lives and is destroyed, and which can be looked at afterwards.
template <typename Object>
class Grave {
  public:
    template <typename... Arguments>
    explicit Grave(Arguments&&... arguments)
        : object_(reinterpret_cast<Object*>(storage_.data())) {
        std::construct_at(object_, std::forward<Arguments>(arguments)...);
    }

    Object& object() { return *object_; }

    [[nodiscard]] long marks() const { return std::count(storage_.begin(), storage_.end(), kMark); }

    void bury() { std::destroy_at(object_); }

  private:
    alignas(Object) std::array<std::byte, sizeof(Object)> storage_{};
    Object* object_;
};

}  // namespace

TEST_GROUP(Secret)
{};

TEST(Secret, IsWipedWhenDestroyed) {
    Grave<Secret<32>> grave(marked());
    LONGS_EQUAL(32, grave.marks());
    grave.bury();
    LONGS_EQUAL(0, grave.marks());
}

TEST(Secret, IsWipedWhereItWasMovedFrom) {
    Grave<Secret<32>> grave(marked());
    const Secret<32> taken(std::move(grave.object()));
    LONGS_EQUAL(0, grave.marks());
    CHECK_TRUE(taken == marked());
    grave.bury();
}

TEST(Secret, IsWipedWhereItWasAssignedFrom) {
    Grave<Secret<32>> grave(marked());
    Secret<32> taken;
    taken = std::move(grave.object());
    LONGS_EQUAL(0, grave.marks());
    CHECK_TRUE(taken == marked());
    grave.bury();
}

TEST(Secret, SurvivesBeingAssignedToItself) {
    Secret<32> secret = marked();
    Secret<32>& same = secret;
    secret = std::move(same);
    CHECK_TRUE(secret == marked());
}

TEST(Secret, SessionKeysLeaveNothingBehind) {
    SessionKeys keys;
    keys.send_key = marked();
    keys.receive_key = marked();
    Grave<SessionKeys> grave(std::move(keys));
    LONGS_EQUAL(64, grave.marks());
    grave.bury();
    LONGS_EQUAL(0, grave.marks());
}

TEST(Secret, PrivateKeysLeaveNothingBehind) {
    Grave<PrivateKey> grave(marked().bytes());
    CHECK_TRUE(grave.marks() >= 30);  // clamping changes the ends
    grave.bury();
    LONGS_EQUAL(0, grave.marks());
}

TEST(Secret, SeededRandomLeavesNothingBehind) {
    Grave<Random> grave(Random::seeded(marked()));
    CHECK_TRUE(grave.marks() >= 32);
    grave.bury();
    // The object has seven bytes of padding, in which whatever the stack held may stand, a mark included.
    CHECK_TRUE(grave.marks() <= 7);
}

TEST(Secret, ComparesAllBytes) {
    for (size_t i = 0; i < Secret<32>::kSize; ++i) {
        Secret<32> other = marked();
        other.writable()[i] ^= std::byte{0x80};
        CHECK_FALSE(other == marked());
    }
    CHECK_TRUE(marked().copy() == marked());
}

TEST(Secret, KnowsWhetherItIsZero) {
    CHECK_TRUE(Secret<32>().is_zero());
    Secret<32> secret;
    secret.writable()[31] = std::byte{1};
    CHECK_FALSE(secret.is_zero());
}

}  // namespace egret::crypto
