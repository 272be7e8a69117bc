// SPDX-License-Identifier: Apache-2.0
#include <egret/crypto/minisign.hpp>

#include <algorithm>
#include <string>
#include <string_view>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {
namespace {

constexpr PasswordCost kCheap{32'768, 16'777'216};
constexpr std::string_view kMessage = "schema = 1\n";

// What minisign 0.11 made of `kMessage`, once prehashed and once with -l.
const char* const kStockKey =
    "untrusted comment: minisign public key 5D9FEE00733E5B8F\n"
    "RWSPWz5zAO6fXYroptrcTLQOLKVySvV/iGdjis/FkDcMF6xpzJmzDDbr\n";
const char* const kStockPrehashed = R"(untrusted comment: signature from minisign secret key
RUSPWz5zAO6fXUojlLpCrcwXMAZo6JXJIns5Ht/KdDAo40r3cNLXuxbfMRPqLzvo2K2/b4G4Rvup/y5VG0BFJL4CYJip+OaozAg=
trusted comment: node=branch-042 generation=17
WtXYjlVSClpVPngLkAv2qXZbCNjzP/tLCE5Jqhwei5tU8xrlpVX++NV6okF6/BptXB1V6JXXiimakWjasYZUAw==
)";
const char* const kStockLegacy = R"(untrusted comment: signature from minisign secret key
RWSPWz5zAO6fXaO7luan/Agcey9RsQgcGC2OrRtG54Hdz9PS/380m1VYJFfuNjDgtcnVtb4fdySxX0kW4fWAnsdqCYqRbYtj0go=
trusted comment: node=branch-042 generation=17
+r9yBDkL6xtpWLxPE9gsAWkXBlXeVcgM3bYa+R0u0ozREE8yycwlKpxo3CyZ+/bFc6TwGeg5Lox3hWX2nghEAw==
)";

struct MinisignTests : Utest {
    Random random = Random::seeded({});
    SigningKey key = SigningKey::generate(random);

    std::string signed_text(std::string_view comment, bool is_prehashed = true) const {
        return key.sign(bytes_of(kMessage), comment, is_prehashed)->file_text("made in a test");
    }

    /// The clause with which `text` is no signature of `message` by `judge`; empty if it is one.
    static std::string
    refusal(const SigningPublicKey& judge, std::string_view message, std::string_view text) {
        const auto signature = parse_file_signature(text);
        if (!signature) {
            return std::string(text_of(signature.error()));
        }
        const auto verified = verify_signature(judge, bytes_of(message), *signature);
        return verified ? "" : std::string(text_of(verified.error()));
    }

    void check_refused(MinisignError error, std::string_view text) const {
        STRCMP_EQUAL(
            std::string(text_of(error)).c_str(),
            refusal(key.public_key(), kMessage, text).c_str()
        );
    }
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const size_t at = text.find(from);
    CHECK_TRUE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

std::string with_crlf(std::string_view text) {
    std::string result;
    for (const char character : text) {
        result += character == '\n' ? "\r\n" : std::string(1, character);
    }
    return result;
}

size_t start_of_line(std::string_view text, int line) {
    size_t at = 0;
    for (; line > 0; --line) {
        at = text.find('\n', at) + 1;
    }
    return at;
}

}  // namespace

TEST_GROUP_BASE(Minisign, MinisignTests){};

TEST(Minisign, VerifiesWhatItSigns) {
    for (const bool is_prehashed : {true, false}) {
        const std::string text = signed_text("node=a\tgeneration=1 \xc3\xa9", is_prehashed);
        STRCMP_EQUAL("", refusal(key.public_key(), kMessage, text).c_str());
        CHECK_EQUAL(is_prehashed, parse_file_signature(text)->is_prehashed);
    }
}

TEST(Minisign, VerifiesWhatTheStockToolSigned) {
    const SigningPublicKey stock = *parse_signing_public_key(kStockKey);
    STRCMP_EQUAL("5D9FEE00733E5B8F", stock.id.text().c_str());
    STRCMP_EQUAL("", refusal(stock, kMessage, kStockPrehashed).c_str());
    STRCMP_EQUAL("", refusal(stock, kMessage, kStockLegacy).c_str());
    STRCMP_EQUAL(
        "node=branch-042 generation=17",
        parse_file_signature(kStockLegacy)->trusted_comment.c_str()
    );
}

TEST(Minisign, AnEmptyMessageAndAnEmptyCommentCanBeSigned) {
    const std::string text = key.sign({}, "")->file_text("");
    STRCMP_EQUAL("", refusal(key.public_key(), "", text).c_str());
    CHECK_FALSE(refusal(key.public_key(), "x", text).empty());
}

TEST(Minisign, OtherMessageIsRefused) {
    for (const bool is_prehashed : {true, false}) {
        const std::string text = signed_text("c", is_prehashed);
        CHECK_FALSE(refusal(key.public_key(), "schema = 2\n", text).empty());
        CHECK_FALSE(refusal(key.public_key(), "schema = 1", text).empty());
    }
}

TEST(Minisign, OtherKeyIsNamedAsSuch) {
    const SigningPublicKey other = SigningKey::generate(random).public_key();
    STRCMP_EQUAL("was made by another key", refusal(other, kMessage, signed_text("c")).c_str());
}

TEST(Minisign, OtherKeyUnderTheSameNameIsRefused) {
    SigningPublicKey other = SigningKey::generate(random).public_key();
    other.id = key.public_key().id;
    CHECK_FALSE(refusal(other, kMessage, signed_text("c")).empty());
}

// Legacy and prehashed signatures are signatures of different messages.
TEST(Minisign, TheKindOfASignatureCannotBeChanged) {
    check_refused(MinisignError::wrong_signature, replaced(signed_text("c", true), "\nRU", "\nRW"));
    check_refused(
        MinisignError::wrong_signature,
        replaced(signed_text("c", false), "\nRW", "\nRU")
    );
}

TEST(Minisign, AnyChangedCharacterBehindTheUntrustedCommentIsRefused) {
    const std::string text = signed_text("node=a generation=1");
    for (size_t at = start_of_line(text, 1); at + 1 < text.size(); ++at) {
        for (const unsigned bit : {1U, 4U}) {
            std::string changed = text;
            changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ bit);
            CHECK_FALSE_TEXT(refusal(key.public_key(), kMessage, changed).empty(), changed.c_str());
        }
    }
}

TEST(Minisign, TheTrustedCommentOfAnotherSignatureIsRefused) {
    const std::string first = signed_text("generation=1");
    const std::string second =
        key.sign(bytes_of("other"), "generation=2")->file_text("made in a test");
    const std::string mixed =
        first.substr(0, start_of_line(first, 2)) + second.substr(start_of_line(second, 2));
    check_refused(MinisignError::wrong_trusted_comment, mixed);
    check_refused(
        MinisignError::wrong_trusted_comment,
        replaced(first, "generation=1", "generation=9")
    );
}

TEST(Minisign, LinesMayEndWithCrLf) {
    STRCMP_EQUAL("", refusal(key.public_key(), kMessage, with_crlf(signed_text("c"))).c_str());
}

TEST(Minisign, TheLastLineMayEndWithNothing) {
    std::string text = signed_text("c");
    text.pop_back();
    STRCMP_EQUAL("", refusal(key.public_key(), kMessage, text).c_str());
}

TEST(Minisign, WhatFollowsTheSignatureIsRefused) {
    for (const char* more : {"\n", " ", "x", "\r\n", "untrusted comment: a\n"}) {
        check_refused(MinisignError::trailing_text, signed_text("c") + more);
    }
}

TEST(Minisign, MissingLinesAreNamed) {
    const std::string text = signed_text("c");
    check_refused(MinisignError::no_comment, "");
    check_refused(MinisignError::no_comment, text.substr(start_of_line(text, 1)));
    check_refused(MinisignError::no_signature, text.substr(0, start_of_line(text, 1)));
    check_refused(MinisignError::no_trusted_comment, text.substr(0, start_of_line(text, 2)));
    check_refused(MinisignError::no_global_signature, text.substr(0, start_of_line(text, 3)));
}

TEST(Minisign, SizesHaveLimits) {
    const std::string comment(kMaxTrustedComment, 'x');
    STRCMP_EQUAL("", refusal(key.public_key(), kMessage, signed_text(comment)).c_str());
    CHECK_TRUE(
        key.sign(bytes_of(kMessage), comment + "x").error() == MinisignError::no_trusted_comment
    );
    check_refused(
        MinisignError::no_trusted_comment,
        replaced(signed_text(comment), "trusted comment: x", "trusted comment: xx")
    );
    check_refused(MinisignError::too_large, std::string(kMaxSignatureText + 1, 'x'));
    check_refused(
        MinisignError::no_comment,
        replaced(signed_text("c"), "made in", std::string(kMaxUntrustedComment, 'y'))
    );
}

TEST(Minisign, ControlCharactersInCommentsAreRefused) {
    for (const char character : {'\0', '\x1b', '\x7f', '\r'}) {
        const std::string comment = std::string("a") + character + "b";
        CHECK_FALSE(key.sign(bytes_of(kMessage), comment).has_value());
        check_refused(
            MinisignError::no_trusted_comment,
            replaced(signed_text("axb"), "axb", comment)
        );
    }
    CHECK_FALSE(key.sign(bytes_of(kMessage), "two\nlines").has_value());
}

TEST(Minisign, PublicKeysAreReadFromFilesAndLines) {
    const SigningPublicKey ours = key.public_key();
    CHECK_TRUE(parse_signing_public_key(ours.file_text()) == ours);
    CHECK_TRUE(parse_signing_public_key(ours.text()) == ours);
    CHECK_TRUE(parse_signing_public_key(with_crlf(ours.file_text())) == ours);
    STRCMP_EQUAL(kStockKey, parse_signing_public_key(kStockKey)->file_text().c_str());
}

TEST(Minisign, WhatIsNoPublicKeyIsRefused) {
    const std::string text = key.public_key().file_text();
    CHECK_FALSE(parse_signing_public_key("").has_value());
    CHECK_FALSE(parse_signing_public_key("untrusted comment: alone\n").has_value());
    CHECK_FALSE(parse_signing_public_key(text + "x").has_value());
    CHECK_FALSE(parse_signing_public_key(text + text).has_value());
    CHECK_FALSE(parse_signing_public_key(replaced(text, "\nRW", "\nRU")).has_value());
    CHECK_FALSE(parse_signing_public_key(std::string(kMaxSigningKeyText + 1, 'A')).has_value());
    CHECK_FALSE(parse_signing_public_key(kStockLegacy).has_value());
}

TEST(Minisign, SecretKeysComeBackFromTheirFiles) {
    const SecretKeyText text = *key.file_text(std::nullopt, random);
    const SigningKey back = *SigningKey::parse(text.view(), std::nullopt);
    CHECK_TRUE(back.public_key() == key.public_key());
    const std::string made = back.sign(bytes_of(kMessage), "c")->file_text("t");
    STRCMP_EQUAL("", refusal(key.public_key(), kMessage, made).c_str());
}

TEST(Minisign, APasswordOpensItsKeyAndNoOtherDoes) {
    const SecretKeyText text = *key.file_text("correct horse", random, kCheap);
    CHECK_TRUE(SigningKey::parse(text.view(), "correct horse")->public_key() == key.public_key());
    CHECK_TRUE(
        SigningKey::parse(text.view(), "wrong horse").error() == MinisignError::wrong_password
    );
    CHECK_TRUE(
        SigningKey::parse(text.view(), std::nullopt).error() == MinisignError::password_needed
    );
}

TEST(Minisign, ADamagedSecretKeyIsRefused) {
    const std::string text(key.file_text(std::nullopt, random)->view());
    const size_t start = start_of_line(text, 1);
    for (size_t at = start; at + 1 < text.size(); ++at) {
        std::string changed = text;
        changed[at] = changed[at] == 'B' ? 'C' : 'B';
        const auto parsed = SigningKey::parse(changed, std::nullopt);
        // Salt and cost, bytes 6 to 53, mean nothing without a password.
        const bool is_unused = at - start >= 8 && at - start < 72;
        CHECK_TRUE_TEXT(is_unused || !parsed.has_value(), changed.c_str());
    }
}

// The cost stands in the file, which somebody else may have written.
TEST(Minisign, ACostBeyondMinisignsIsRefused) {
    const SecretKeyText text = *key.file_text("p", random, {32'768, 16'777'216});
    std::string costly(text.view());
    // Bytes 38 to 45 are the operations; their highest byte lies in this group of four characters.
    costly[start_of_line(costly, 1) + 60] = '/';
    CHECK_TRUE(SigningKey::parse(costly, "p").error() == MinisignError::key_too_costly);
}

}  // namespace egret::crypto
