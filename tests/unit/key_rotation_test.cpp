// SPDX-License-Identifier: Apache-2.0
#include "control/state/key_rotation.hpp"

#include "control/compile/key_file.hpp"
#include "control/config/read_file.hpp"
#include "control_fixture.hpp"

#include <egret/crypto/key_text.hpp>

#include <filesystem>
#include <sys/stat.h>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

// RFC 7748 section 6.1, Alice.
const char* const kPrivate = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n";
const char* const kPublic = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";

struct KeyRotationTests : Utest {
    TempFolder folder;
    std::filesystem::path config = folder.write("b.toml", kBranch);
    std::filesystem::path key = folder.write("node.key", kPrivate);
    crypto::Random random = crypto::Random::seeded({});

    void setup() override { chmod(key.c_str(), 0600); }

    [[nodiscard]] std::string content(const char* name) const {
        return read_file(folder.path() / name, 1000).value_or("");
    }

    [[nodiscard]] mode_t mode_of(const char* name) const {
        struct stat status = {};
        stat((folder.path() / name).c_str(), &status);
        return status.st_mode & 07777;
    }

    [[nodiscard]] size_t n_files() const {
        using Iterator = std::filesystem::directory_iterator;
        return static_cast<size_t>(std::distance(Iterator(folder.path()), Iterator()));
    }

    /// Refused, and no key was touched.
    void refuses(const std::string& expected) {
        const auto rotated = rotate_key(config, random);
        CHECK_FALSE(rotated.has_value());
        STRCMP_CONTAINS(expected.c_str(), rotated.error().c_str());
        STRCMP_EQUAL(kPrivate, content("node.key").c_str());
    }
};

}  // namespace

TEST_GROUP_BASE(KeyRotation, KeyRotationTests){};

TEST(KeyRotation, PutsANewKeyInPlaceAndKeepsTheOld) {
    const auto rotated = rotate_key(config, random);
    CHECK_TRUE(rotated.has_value());
    STRCMP_EQUAL(kPrivate, content("node.key.old").c_str());
    const auto secret = read_key_file(key);
    CHECK_TRUE(secret.has_value());
    CHECK_TRUE(crypto::PrivateKey(secret->bytes()).public_key() == rotated->public_key);
    CHECK_TRUE(rotated->old_public_key == *crypto::parse_public_key(kPublic));
    CHECK_TRUE(rotated->public_key != rotated->old_public_key);
    LONGS_EQUAL(0600, mode_of("node.key"));
    LONGS_EQUAL(0600, mode_of("node.key.old"));
    LONGS_EQUAL(3, n_files());
    STRCMP_EQUAL(std::string(kBranch).c_str(), content("b.toml").c_str());
}

TEST(KeyRotation, WhatItSaysMakesARunningOverlap) {
    const auto rotated = rotate_key(config, random);
    LONGS_EQUAL(5, rotated->generation_line);
    LONGS_EQUAL(2, rotated->next_generation);
    LONGS_EQUAL(7, rotated->key_line);
    const std::string line = "private_key = \"file:node.key\"\n";
    const std::string changed = with(
        with(kBranch, line, line + "previous_private_key = \"" + rotated->previous_value + "\"\n"),
        "generation = 1",
        "generation = 2"
    );
    const LoadResult loaded =
        load_generation(folder.write("b.toml", changed), {.needs_keys = true});
    LONGS_EQUAL(0, loaded.findings.size());
    const Secrets& secrets = loaded.generation->secrets;
    CHECK_TRUE(secrets.identity->public_key == rotated->public_key);
    CHECK_TRUE(secrets.previous_identity->public_key == rotated->old_public_key);
}

TEST(KeyRotation, TheStepsNameBothPublicKeysAndNoPrivateOne) {
    const auto rotated = rotate_key(config, random);
    const std::string steps = next_steps(*rotated);
    const std::string key_text(crypto::key_text(rotated->public_key).view());
    STRCMP_CONTAINS(("next_public_key = \"" + key_text + "\"").c_str(), steps.c_str());
    STRCMP_CONTAINS(kPublic, steps.c_str());
    STRCMP_CONTAINS("line 5: generation = 2", steps.c_str());
    STRCMP_CONTAINS("below line 7: previous_private_key = \"file:node.key.old\"", steps.c_str());
    for (const char* name : {"node.key", "node.key.old"}) {
        const std::string secret = content(name).substr(0, crypto::kKeyTextSize);
        CHECK_TRUE(steps.find(secret) == std::string::npos);
    }
}

TEST(KeyRotation, ANextRotationReplacesTheOldestKey) {
    CHECK_TRUE(rotate_key(config, random).has_value());
    const std::string second = content("node.key");
    CHECK_TRUE(rotate_key(config, random).has_value());
    STRCMP_EQUAL(second.c_str(), content("node.key.old").c_str());
    LONGS_EQUAL(3, n_files());
}

TEST(KeyRotation, WhatAPowerCutLeftIsNoHindrance) {
    folder.write("node.key.next", "half a k");
    folder.write("node.key.old.next", "");
    CHECK_TRUE(rotate_key(config, random).has_value());
    STRCMP_EQUAL(kPrivate, content("node.key.old").c_str());
    LONGS_EQUAL(3, n_files());
}

TEST(KeyRotation, IsRefusedDuringAnOverlap) {
    const std::string line = "private_key = \"file:node.key\"\n";
    folder.write(
        "b.toml",
        with(kBranch, line, line + "previous_private_key = \"file:node.key.old\"\n")
    );
    refuses("b.toml:8: previous_private_key says that a rotation is under way");
}

TEST(KeyRotation, IsRefusedWhereThereIsNothingToRotate) {
    folder.write("b.toml", "schema = 1\n");
    refuses("b.toml has mistakes: egret check shows them");
    std::filesystem::remove(config);
    refuses("b.toml: cannot be read: No such file or directory");
}

TEST(KeyRotation, IsRefusedWithoutAKey) {
    folder.write("node.key", "no key\n");
    const auto rotated = rotate_key(config, random);
    STRCMP_CONTAINS("node.key: holds no key", rotated.error().c_str());
    STRCMP_EQUAL("no key\n", content("node.key").c_str());
    LONGS_EQUAL(2, n_files());
}

TEST(KeyRotation, AFolderThatCannotBeWrittenToStaysAsItIs) {
    // A folder in the place of the file that is to be written stops even root.
    std::filesystem::create_directories(folder.path() / "node.key.old" / "x");
    refuses("node.key.old");
    LONGS_EQUAL(3, n_files());
}
