// SPDX-License-Identifier: Apache-2.0
#include "sodium_bytes.hpp"
#include "sodium_ready.hpp"

#include <egret/crypto/random.hpp>

#include <sodium.h>

#include <array>
#include <cstdlib>
#include <utility>

namespace egret::crypto {

Random::Random(bool is_seeded, Seed seed) noexcept
    : is_seeded_(is_seeded),
      seed_(std::move(seed)) {}

Random Random::system() noexcept {
    if (!sodium_ready()) {
        std::abort();  // going on would mean keys anyone can guess
    }
    return {false, Seed{}};
}

Random Random::seeded(Seed seed) noexcept {
    return {true, std::move(seed)};
}

void Random::fill(std::span<std::byte> out) noexcept {
    if (!is_seeded_) {
        randombytes_buf(out.data(), out.size());
        return;
    }
    std::array<std::byte, crypto_stream_chacha20_NONCEBYTES> nonce{};
    store_le<uint64_t>(nonce, calls_);
    ++calls_;
    crypto_stream_chacha20(uchars(out), out.size(), uchars(nonce), uchars(seed_.bytes()));
}

uint32_t Random::next_u32() noexcept {
    std::array<std::byte, sizeof(uint32_t)> bytes{};
    fill(bytes);
    return load_le<uint32_t>(bytes);
}

uint64_t Random::below(uint32_t bound) noexcept {
    std::array<std::byte, sizeof(uint64_t)> bytes{};
    fill(bytes);
    return load_le<uint64_t>(bytes) % bound;
}

}  // namespace egret::crypto
