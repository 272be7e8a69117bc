// SPDX-License-Identifier: Apache-2.0
#include "sodium_bytes.hpp"

#include <egret/crypto/blake2s.hpp>

#include <algorithm>
#include <blake2.h>

namespace egret::crypto {

namespace {

static_assert(BLAKE2S_OUTBYTES == kHashSize);
constexpr size_t kBlockSize = BLAKE2S_BLOCKBYTES;

/// libb2's state, wiped when done: it buffers the key and the last block. The library's one-call
/// functions are not used because the order of their parameters differs between its versions.
class Hasher {
  public:
    explicit Hasher(size_t out_size, ByteView key = {}) noexcept {
        if (key.empty()) {
            blake2s_init(&state_, out_size);
        } else {
            blake2s_init_key(&state_, out_size, key.data(), key.size());
        }
    }

    Hasher(const Hasher&) = delete;
    Hasher& operator=(const Hasher&) = delete;
    Hasher(Hasher&&) = delete;
    Hasher& operator=(Hasher&&) = delete;

    ~Hasher() { wipe(std::as_writable_bytes(std::span(&state_, 1))); }

    void update(ByteView bytes) noexcept { blake2s_update(&state_, uchars(bytes), bytes.size()); }

    void update(std::initializer_list<ByteView> parts) noexcept {
        for (const ByteView part : parts) {
            update(part);
        }
    }

    void finish(ByteSpan out) noexcept { blake2s_final(&state_, uchars(out), out.size()); }

  private:
    blake2s_state state_{};
};

}  // namespace

void blake2s(ByteView key, std::initializer_list<ByteView> parts, ByteSpan out) noexcept {
    Hasher hasher(out.size(), key);
    hasher.update(parts);
    hasher.finish(out);
}

Digest blake2s(std::initializer_list<ByteView> parts) noexcept {
    Digest digest{};
    blake2s({}, parts, digest);
    return digest;
}

Mac blake2s_mac(ByteView key, std::initializer_list<ByteView> parts) noexcept {
    Mac mac{};
    blake2s(key, parts, mac);
    return mac;
}

Secret<kHashSize> hmac_blake2s(ByteView key, std::initializer_list<ByteView> parts) noexcept {
    const auto masked_key = [key](unsigned char pad) {
        Secret<kBlockSize> block;
        std::copy(key.begin(), key.end(), block.writable().begin());
        for (std::byte& byte : block.writable()) {
            byte ^= std::byte{pad};
        }
        return block;
    };
    Secret<kHashSize> inner;
    Hasher inner_hasher(kHashSize);
    inner_hasher.update(masked_key(0x36).bytes());
    inner_hasher.update(parts);
    inner_hasher.finish(inner.writable());

    Secret<kHashSize> outer;
    Hasher outer_hasher(kHashSize);
    outer_hasher.update(masked_key(0x5c).bytes());
    outer_hasher.update(inner.bytes());
    outer_hasher.finish(outer.writable());
    return outer;
}

void hkdf(
    const Secret<kHashSize>& chaining_key,
    ByteView input,
    std::span<Secret<kHashSize>> out
) noexcept {
    const Secret<kHashSize> key = hmac_blake2s(chaining_key.bytes(), {input});
    ByteView previous;
    for (size_t i = 0; i < out.size(); ++i) {
        const std::array<std::byte, 1> number{static_cast<std::byte>(i + 1)};
        out[i] = hmac_blake2s(key.bytes(), {previous, number});
        previous = out[i].bytes();
    }
}

}  // namespace egret::crypto
