// SPDX-License-Identifier: Apache-2.0
// Which backend seals: what is wished, what is there, what is fastest, and nothing that is wrong.
#include "aead/trial.hpp"

#include <egret/aead_choice.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <CppUTest/TestHarness.h>

using namespace egret;          // NOLINT(google-build-using-namespace)
using namespace egret::crypto;  // NOLINT(google-build-using-namespace)

namespace {

const AeadBackend& reference() {
    return sodium_backend(Suite::wireguard);
}

/// libsodium with one defect.
struct Defective {
    static bool available() noexcept { return true; }

    static void* prepare(std::span<const std::byte, kAeadKeySize> key) noexcept {
        return reference().prepare(key);
    }

    static void* prepare_nothing(std::span<const std::byte, kAeadKeySize>) noexcept {
        return nullptr;
    }

    static void destroy(void* prepared) noexcept { reference().destroy(prepared); }

    static void seal(std::span<AeadJob> jobs) noexcept { reference().seal(jobs); }

    static void open(std::span<AeadJob> jobs) noexcept { reference().open(jobs); }

    static void seal_all_but_the_last(std::span<AeadJob> jobs) noexcept {
        reference().seal(jobs.first(jobs.size() - 1));
    }

    static void open_anything(std::span<AeadJob> jobs) noexcept {
        reference().open(jobs);
        for (AeadJob& job : jobs) {
            job.ok = true;
        }
    }

    static void open_nothing(std::span<AeadJob> jobs) noexcept {
        for (AeadJob& job : jobs) {
            job.ok = false;
        }
    }
};

constexpr AeadBackend kSound{
    .name = "sound",
    .suite = Suite::wireguard,
    .available = Defective::available,
    .prepare = Defective::prepare,
    .destroy = Defective::destroy,
    .seal = Defective::seal,
    .open = Defective::open,
};

template <class Change>
AeadBackend with(Change&& change) {
    AeadBackend backend = kSound;
    change(backend);
    return backend;
}

void ignore(const std::string&) {}

AeadChoices choose(const AeadWish& wish) {
    auto choices = choose_aead(wish, ignore);
    CHECK_TRUE(choices.has_value());
    return *choices;
}

std::string error_of(const AeadWish& wish) {
    const auto choices = choose_aead(wish, ignore);
    return choices ? std::string() : choices.error();
}

AeadWish wish_of(const std::vector<std::string>& texts) {
    AeadWish wish;
    STRCMP_EQUAL("", wish.read(texts).c_str());
    return wish;
}

}  // namespace

TEST_GROUP(AeadChoice)
{};

TEST(AeadChoice, ASoundBackendAgreesWithTheReference) {
    CHECK_TRUE(agrees_with(kSound, reference()));
}

TEST(AeadChoice, ADefectiveOneDoesNot) {
    for (const AeadBackend& backend : {
             with([](AeadBackend& b) { b.seal = Defective::seal_all_but_the_last; }),
             with([](AeadBackend& b) { b.open = Defective::open_anything; }),
             with([](AeadBackend& b) { b.open = Defective::open_nothing; }),
             with([](AeadBackend& b) { b.prepare = Defective::prepare_nothing; }),
         }) {
        CHECK_FALSE(agrees_with(backend, reference()));
    }
}

TEST(AeadChoice, TheFastestIsChosenAndSaysSo) {
    const AeadChoices choices = choose({});
    for (const AeadChoice& choice : choices) {
        if (!choice.backend->available()) {
            STRCMP_EQUAL("this processor cannot do it", choice.why.c_str());
            continue;
        }
        const auto all = aead_backends(choice.backend->suite, AeadWish::kAnySimd, ignore);
        CHECK_TRUE(std::ranges::find(all, choice.backend) != all.end());
        if (all.size() == 1) {
            STRCMP_EQUAL("the only one here", choice.why.c_str());
        } else {
            STRCMP_CONTAINS("measured: ", choice.why.c_str());
        }
    }
}

TEST(AeadChoice, AWishIsFollowed) {
    const AeadChoices choices = choose(wish_of({"wireguard=libsodium"}));
    POINTERS_EQUAL(&reference(), choices[0].backend);
    STRCMP_EQUAL("configured", choices[0].why.c_str());
}

TEST(AeadChoice, AWishForWhatIsNotThereNamesWhatIs) {
    STRCMP_CONTAINS("libsodium", error_of(wish_of({"wireguard=nobody"})).c_str());
    // A backend of the other suite is none of this one.
    STRCMP_CONTAINS("not to be had", error_of(wish_of({"wireguard=crypto_aesni_gcm"})).c_str());
}

TEST(AeadChoice, NothingWiderThanAllowedIsChosen) {
    AeadWish wish;
    for (const uint16_t bits : std::array<uint16_t, 3>{64, 128, 256}) {
        wish.max_simd_bits = bits;
        for (const AeadChoice& choice : choose(wish)) {
            CHECK_TRUE(choice.backend->simd_bits <= bits);
        }
    }
    wish.max_simd_bits = 64;
    POINTERS_EQUAL(&reference(), choose(wish)[0].backend);
    wish.backend[0] = "crypto_aesni_mb";
    STRCMP_CONTAINS("not to be had", error_of(wish).c_str());
}

TEST(AeadChoice, WishesAreReadOneByOne) {
    AeadWish wish = wish_of({"aes256gcm=crypto_aesni_gcm", "wireguard=auto"});
    STRCMP_EQUAL("auto", wish.backend[0].c_str());
    STRCMP_EQUAL("crypto_aesni_gcm", wish.backend[1].c_str());
    for (const char* wrong : {"", "libsodium", "wireguard", "wireguard=", "des=libsodium", "=x"}) {
        const std::string text(wrong);
        STRCMP_CONTAINS("SUITE=BACKEND", AeadWish().read({&text, 1}).c_str());
    }
}
