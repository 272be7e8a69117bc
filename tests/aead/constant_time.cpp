// SPDX-License-Identifier: Apache-2.0
// To be run by valgrind's memcheck, which follows what it holds for uninitialised through every instruction and reports each
// branch and each address that depends on it. Here it is told that keys and plaintexts are uninitialised: what it reports
// then depends on a secret. Ciphertext and tags are declared public where they would be sent.
#include <egret/crypto/aead.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>
#include <string_view>
#include <valgrind/memcheck.h>
#include <vector>

namespace {

using namespace egret::crypto;
using Bytes = std::vector<std::byte>;

void make_secret(std::span<std::byte> bytes) {
    VALGRIND_MAKE_MEM_UNDEFINED(bytes.data(), bytes.size());
}

void make_public(std::span<std::byte> bytes) {
    VALGRIND_MAKE_MEM_DEFINED(bytes.data(), bytes.size());
}

AeadKey secret_key(const AeadBackend& backend, size_t number) {
    std::array<std::byte, kAeadKeySize> bytes{};
    bytes[0] = static_cast<std::byte>(number);
    make_secret(bytes);
    return {backend, bytes};
}

/// Seals a burst of these sizes, forges every fifth message, opens the burst. False if it came out wrong.
bool seal_and_open(const AeadBackend& backend, const std::vector<uint32_t>& sizes) {
    std::array<AeadKey, 3> keys;
    for (size_t i = 0; i < keys.size(); ++i) {
        keys[i] = secret_key(backend, i);
    }
    std::vector<Bytes> texts;
    std::vector<AeadJob> jobs;
    for (size_t i = 0; i < sizes.size(); ++i) {
        Bytes& text = texts.emplace_back(sizes[i] + kAeadTagSize);
        make_secret(std::span(text).first(sizes[i]));
        jobs.push_back({&keys[i / 2 % keys.size()], i, text.data(), sizes[i]});
    }
    backend.seal(jobs);
    for (size_t i = 0; i < sizes.size(); ++i) {
        make_public(texts[i]);
        jobs[i].size_bytes += static_cast<uint32_t>(kAeadTagSize);
        texts[i][0] ^= static_cast<std::byte>(i % 5 == 4);
    }
    backend.open(jobs);
    bool right = true;
    for (size_t i = 0; i < sizes.size(); ++i) {
        right = right && jobs[i].ok == (i % 5 != 4);
    }
    return right;
}

/// Bursts that take every way through the kernels: whole and broken blocks, lanes full and idle, one message over many lanes.
bool check(const AeadBackend& backend) {
    std::vector<uint32_t> many_sizes;
    for (uint32_t i = 0; i < 70; ++i) {
        many_sizes.push_back(i * i % 1500);
    }
    bool right = true;
    for (const auto& sizes : std::vector<std::vector<uint32_t>>{
             std::vector<uint32_t>(32, 64),
             std::vector<uint32_t>(33, 1420),
             many_sizes,
             {1},
             {9000},
             {9000, 1499, 1500},
             {0, 0, 0},
         }) {
        right = seal_and_open(backend, sizes) && right;
    }
    return right;
}

/// The harness must see what it is there to see.
int leak(std::string_view how) {
    static constexpr std::array<char, 256> kTable{1, 2, 3};
    std::array<std::byte, 32> key{};
    make_secret(key);
    const auto secret = std::to_integer<size_t>(key[7]);
    if (how == "--leak-by-branch") {
        std::puts(secret == 1 ? "one" : "another");
    } else {
        std::putchar(kTable[secret]);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 2) {
        return leak(argv[1]);
    }
    size_t n_checked = 0;
    for (const AeadBackend* backend : multilane_backends()) {
        const auto length = static_cast<int>(backend->name.size());
        if (!backend->available()) {
            std::printf(
                "%.*s: not on the processor valgrind plays\n",
                length,
                backend->name.data()
            );
            continue;
        }
        if (!check(*backend)) {
            std::printf("%.*s: wrong result\n", length, backend->name.data());
            return 1;
        }
        std::printf("%.*s: checked\n", length, backend->name.data());
        ++n_checked;
    }
    return n_checked == 0 ? 1 : 0;
}
