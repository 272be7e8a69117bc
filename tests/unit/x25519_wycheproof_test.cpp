// SPDX-License-Identifier: Apache-2.0
// Wycheproof's X25519 vectors. "acceptable" means that implementations may differ; what we do and
// why is decided here, flag by flag.
#include "vectors.hpp"

#include <egret/crypto/x25519.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

using test::array_from_hex;
using test::to_hex;

namespace {

enum class Decision { agree, refuse };

struct FlagDecision {
    std::string_view flag;
    Decision decision;
    std::string_view reason;
};

/// The first line whose flag an acceptable vector has decides.
constexpr std::array kDecisions{
    FlagDecision{
        "ZeroSharedSecret",
        Decision::refuse,
        "anyone knows the result; WireGuard makes no handshake with it",
    },
    FlagDecision{
        "NonCanonicalPublic",
        Decision::agree,
        "RFC 7748 section 5: MUST accept non-canonical values and reduce them",
    },
    FlagDecision{
        "SpecialPublicKey",
        Decision::agree,
        "an unusual point, but of large order: the result depends on the private key",
    },
    FlagDecision{
        "Twist",
        Decision::agree,
        "RFC 7748 section 7: the twist is as strong as the curve, points need no check",
    },
};

Decision decision_for(const nlohmann::json& vector) {
    if (vector.at("result").get<std::string>() == "valid") {
        return Decision::agree;
    }
    const nlohmann::json& flags = vector.at("flags");
    for (const FlagDecision& line : kDecisions) {
        if (std::find(flags.begin(), flags.end(), line.flag) != flags.end()) {
            return line.decision;
        }
    }
    FAIL("an acceptable vector no line decides");
    return Decision::refuse;
}

struct X25519WycheproofTests : Utest {
    struct Counts {
        size_t agreed = 0;
        size_t refused = 0;
    };

    static void run(const nlohmann::json& vector, Counts& counts) {
        const PrivateKey key(array_from_hex<32>(vector.at("private").get<std::string>()));
        const PublicKey other{array_from_hex<32>(vector.at("public").get<std::string>())};
        const auto shared = key.agree(other);
        if (decision_for(vector) == Decision::refuse) {
            CHECK_FALSE(shared.has_value());
            ++counts.refused;
            return;
        }
        CHECK_TRUE(shared.has_value());
        const std::string expected = vector.at("shared").get<std::string>();
        STRCMP_EQUAL(expected.c_str(), to_hex(shared->bytes()).c_str());
        ++counts.agreed;
    }
};

}  // namespace

TEST_GROUP_BASE(X25519Wycheproof, X25519WycheproofTests){};

TEST(X25519Wycheproof, EveryVectorAgreesOrIsRefusedAsDecided) {
    const auto file = test::shared_json("vectors/wycheproof_x25519_test.json");
    if (!file) {
        return;
    }
    Counts counts;
    for (const auto& group : file->at("testGroups")) {
        for (const auto& vector : group.at("tests")) {
            run(vector, counts);
        }
    }
    UNSIGNED_LONGS_EQUAL(487, counts.agreed);
    UNSIGNED_LONGS_EQUAL(31, counts.refused);
    UNSIGNED_LONGS_EQUAL(file->at("numberOfTests").get<size_t>(), counts.agreed + counts.refused);
}

}  // namespace egret::crypto
