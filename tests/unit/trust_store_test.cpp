// SPDX-License-Identifier: Apache-2.0
// Who may judge a push, and how that changes.
#include "control/state/trust_store.hpp"

#include "control_fixture.hpp"

#include <egret/crypto/minisign.hpp>

#include <sys/stat.h>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

struct TrustStoreTests : Utest {
    TempFolder folder;
    crypto::Random random = crypto::Random::seeded({});
    crypto::SigningKey old_key = crypto::SigningKey::generate(random);
    crypto::SigningKey new_key = crypto::SigningKey::generate(random);

    [[nodiscard]] tl::expected<TrustStore, std::string> open() const {
        return TrustStore::open(folder.path() / "trusted");
    }

    static crypto::FileSignature signature(const crypto::SigningKey& by, std::string_view text) {
        return *by.sign(crypto::bytes_of(text), "a comment");
    }

    static std::string refusal(const tl::expected<crypto::SigningPublicKey, std::string>& judged) {
        return judged ? "" : judged.error();
    }
};

TEST_GROUP_BASE(TrustStores, TrustStoreTests){};

TEST(TrustStores, AreEmptyAtFirst) {
    CHECK_TRUE(open()->keys().empty());
}

TEST(TrustStores, KeepTheirKeys) {
    CHECK_TRUE(open()->add(old_key.public_key()).has_value());
    auto store = *open();
    CHECK_TRUE(store.add(new_key.public_key()).has_value());
    CHECK_TRUE(store.add(new_key.public_key()).has_value());
    LONGS_EQUAL(2, open()->keys().size());
    for (const crypto::SigningKey* key : {&old_key, &new_key}) {
        CHECK_TRUE(store.judge("text", signature(*key, "text")) == key->public_key());
    }
}

TEST(TrustStores, AStrangersSignatureIsRefused) {
    auto store = *open();
    CHECK_TRUE(store.add(old_key.public_key()).has_value());
    STRCMP_CONTAINS(
        "which this node does not trust",
        refusal(store.judge("text", signature(new_key, "text"))).c_str()
    );
    STRCMP_CONTAINS(
        "does not belong to this text",
        refusal(store.judge("other", signature(old_key, "text"))).c_str()
    );
}

TEST(TrustStores, AnOldKeyBringsInANewOne) {
    auto store = *open();
    CHECK_TRUE(store.add(old_key.public_key()).has_value());
    const std::string text = new_key.public_key().file_text();
    CHECK_TRUE(store.add_signed(text, signature(old_key, text)) == new_key.public_key());
    LONGS_EQUAL(2, open()->keys().size());
}

TEST(TrustStores, ANewKeyDoesNotBringInItself) {
    auto store = *open();
    CHECK_TRUE(store.add(old_key.public_key()).has_value());
    const std::string text = new_key.public_key().file_text();
    STRCMP_CONTAINS(
        "does not trust",
        refusal(store.add_signed(text, signature(new_key, text))).c_str()
    );
    STRCMP_CONTAINS(
        "holds no minisign public key",
        refusal(store.add_signed("schema = 1", signature(old_key, "schema = 1"))).c_str()
    );
    LONGS_EQUAL(1, open()->keys().size());
}

TEST(TrustStores, ARemovedKeyJudgesNoMoreAndStaysOut) {
    const std::string text = new_key.public_key().file_text();
    auto store = *open();
    CHECK_TRUE(store.add(old_key.public_key()).has_value());
    CHECK_TRUE(store.add_signed(text, signature(old_key, text)).has_value());
    CHECK_TRUE(store.remove(new_key.public_key().id.text()).has_value());
    CHECK_FALSE(store.judge("text", signature(new_key, "text")).has_value());
    STRCMP_CONTAINS(
        "only root may trust it again",
        refusal(store.add_signed(text, signature(old_key, text))).c_str()
    );
    auto again = *open();
    LONGS_EQUAL(1, again.keys().size());
    CHECK_FALSE(again.add_signed(text, signature(old_key, text)).has_value());
    CHECK_TRUE(again.add(new_key.public_key()).has_value());
}

TEST(TrustStores, WhoIsNotThereCannotBeRemoved) {
    auto store = *open();
    STRCMP_CONTAINS("no key 00", store.remove("00").error().c_str());
}

TEST(TrustStores, AnotherKeyOfTheSameNameIsRefused) {
    auto store = *open();
    CHECK_TRUE(store.add(old_key.public_key()).has_value());
    crypto::SigningPublicKey other = new_key.public_key();
    other.id = old_key.public_key().id;
    STRCMP_CONTAINS("another key is already trusted", store.add(other).error().c_str());
}

TEST(TrustStores, HoldSoManyAndNoMore) {
    auto store = *open();
    for (size_t i = 0; i < TrustStore::kMaxKeys; ++i) {
        CHECK_TRUE(store.add(crypto::SigningKey::generate(random).public_key()).has_value());
    }
    STRCMP_CONTAINS("remove one first", store.add(old_key.public_key()).error().c_str());
}

// Overlooked, a broken key would turn signed pushes into unsigned ones.
TEST(TrustStores, ABrokenKeyIsAnError) {
    folder.write("trusted/A.pub", "no key");
    STRCMP_CONTAINS("A.pub: holds no minisign public key", open().error().c_str());
}

TEST(TrustStores, OthersMayNotWriteToThem) {
    CHECK_TRUE(open()->add(old_key.public_key()).has_value());
    const auto path = folder.path() / "trusted" / (old_key.public_key().id.text() + ".pub");
    chmod(path.c_str(), 0666);
    STRCMP_CONTAINS("others may write to it", open().error().c_str());
    chmod(path.c_str(), 0600);
    chmod(path.parent_path().c_str(), 0777);
    STRCMP_CONTAINS("others may write to it", open().error().c_str());
}
