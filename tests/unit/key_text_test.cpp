// SPDX-License-Identifier: Apache-2.0
#include "vectors.hpp"

#include <egret/crypto/key_text.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

using test::array_from_hex;

namespace {

const char* const kText = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=";
const char* const kPublicText = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";
const std::string kHex = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";

/// What a command prints, without the end of the line; empty if it fails.
std::string output_of(const std::string& command) {
    std::string text;
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) {
        return text;
    }
    for (int character = std::fgetc(pipe); character != EOF && character != '\n';
         character = std::fgetc(pipe)) {
        text += static_cast<char>(character);
    }
    return pclose(pipe) == 0 ? text : std::string();
}

struct KeyTextTests : Utest {
    static void check_refused(const std::string& text) {
        CHECK_FALSE_TEXT(parse_key(text).has_value(), text.c_str());
        CHECK_FALSE_TEXT(parse_public_key(text).has_value(), text.c_str());
        CHECK_FALSE_TEXT(parse_private_key(text).has_value(), text.c_str());
    }
};

}  // namespace

TEST_GROUP_BASE(KeyText, KeyTextTests){};

TEST(KeyText, IsBase64) {
    const KeyText text = key_text(array_from_hex<32>(kHex));
    STRCMP_EQUAL(kText, std::string(text.view()).c_str());
}

TEST(KeyText, ReadsWhatItWrites) {
    Random random = Random::system();
    for (int i = 0; i < 50; ++i) {
        const KeyPair pair = KeyPair::generate(random);
        CHECK_TRUE(parse_private_key(key_text(pair.private_key).view()) == pair.private_key);
        CHECK_TRUE(parse_public_key(key_text(pair.public_key).view()) == pair.public_key);
    }
}

TEST(KeyText, RefusesWhatIsNotExactlyAKey) {
    const std::string text = kText;
    check_refused("");
    check_refused(text.substr(0, 43));
    check_refused(text + "\n");
    check_refused(text + "=");
    check_refused(" " + text.substr(1));
    check_refused(text.substr(0, 43) + "A");
    check_refused(text.substr(0, 42) + "==");
    check_refused(text.substr(0, 20) + "\n" + text.substr(21));
    check_refused(text.substr(0, 20) + "-" + text.substr(21));
    check_refused(text.substr(0, 20) + "_" + text.substr(21));
    check_refused(text.substr(0, 20) + std::string(1, '\0') + text.substr(21));
    check_refused(text.substr(0, 20) + "=" + text.substr(21));
    check_refused(std::string(300, 'A'));
}

// The last character stands for four bits of the key and two that must be zero.
TEST(KeyText, RefusesStrayBitsAtTheEnd) {
    const std::string text = kText;
    for (const char* last : {"p", "q", "r"}) {
        check_refused(text.substr(0, 42) + last + "=");
    }
}

TEST(KeyText, PublicKeyIsWhatWgPrints) {
    const PrivateKey key = *parse_private_key(kText);
    const std::string ours(key_text(key.public_key()).view());
    STRCMP_EQUAL(kPublicText, ours.c_str());
    if (output_of("command -v wg").empty()) {
        std::printf("SKIP the comparison with wg pubkey: wg is not installed\n");
        return;
    }
    STRCMP_EQUAL(output_of(std::string("echo ") + kText + " | wg pubkey").c_str(), ours.c_str());
}

}  // namespace egret::crypto
