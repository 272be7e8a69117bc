// SPDX-License-Identifier: Apache-2.0
#include <egret/crypto/noise.hpp>

#include <algorithm>
#include <utility>

namespace egret::crypto {

namespace {

/// A name that fits stands for itself, zero-padded; a longer one is hashed.
Digest initial_hash(std::string_view protocol_name) noexcept {
    const ByteView name = bytes_of(protocol_name);
    if (name.size() > kHashSize) {
        return blake2s({name});
    }
    Digest padded{};
    std::copy(name.begin(), name.end(), padded.begin());
    return padded;
}

}  // namespace

SymmetricState::SymmetricState(
    Suite suite,
    std::string_view protocol_name,
    ByteView prologue
) noexcept
    : suite_(suite),
      hash_(initial_hash(protocol_name)) {
    chaining_key_ = Secret<kHashSize>(hash_);
    mix_hash(prologue);
}

SymmetricState::SymmetricState(
    Suite suite,
    Secret<kHashSize> chaining_key,
    Secret<kHashSize> key
) noexcept
    : suite_(suite),
      chaining_key_(std::move(chaining_key)),
      key_(std::move(key)) {}

SymmetricState SymmetricState::copy() const noexcept {
    SymmetricState other(suite_, chaining_key_.copy(), key_.copy());
    other.counter_ = counter_;
    other.hash_ = hash_;
    return other;
}

void SymmetricState::mix_key(ByteView input) noexcept {
    auto [chaining_key, key] = hkdf<2>(chaining_key_, input);
    chaining_key_ = std::move(chaining_key);
    key_ = std::move(key);
    counter_ = 0;
}

void SymmetricState::mix_hash(ByteView data) noexcept {
    hash_ = blake2s({hash_, data});
}

void SymmetricState::mix_key_and_hash(ByteView input) noexcept {
    auto [chaining_key, hash_input, key] = hkdf<3>(chaining_key_, input);
    chaining_key_ = std::move(chaining_key);
    mix_hash(hash_input.bytes());
    key_ = std::move(key);
    counter_ = 0;
}

void SymmetricState::encrypt_and_hash(ByteView plaintext, ByteSpan out) noexcept {
    seal_message(next_cipher(), plaintext, out);
    mix_hash(out);
}

bool SymmetricState::decrypt_and_hash(ByteView ciphertext, ByteSpan out) noexcept {
    if (!open_message(next_cipher(), ciphertext, out)) {
        return false;
    }
    mix_hash(ciphertext);
    return true;
}

std::array<Secret<kHashSize>, 2> SymmetricState::split() const noexcept {
    return hkdf<2>(chaining_key_, {});
}

MessageCipher SymmetricState::next_cipher() noexcept {
    const Nonce nonce = nonce_of(suite_, counter_);
    ++counter_;
    return {suite_, key_, nonce, hash_};
}

}  // namespace egret::crypto
