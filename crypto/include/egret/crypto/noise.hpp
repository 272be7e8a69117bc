// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/blake2s.hpp>
#include <egret/crypto/cipher.hpp>

#include <array>
#include <string_view>

namespace egret::crypto {

/// The SymmetricState of the Noise specification, section 5.2, with BLAKE2s and the AEAD of either
/// suite. Method names are the specification's.
class SymmetricState {
  public:
    /// InitializeSymmetric, then the prologue.
    SymmetricState(Suite suite, std::string_view protocol_name, ByteView prologue) noexcept;

    [[nodiscard]] SymmetricState copy() const noexcept;

    void mix_key(ByteView input) noexcept;
    void mix_hash(ByteView data) noexcept;
    void mix_key_and_hash(ByteView input) noexcept;

    /// Writes `plaintext` encrypted to `out`, which is kAeadTagSize longer. A key must be mixed in.
    void encrypt_and_hash(ByteView plaintext, ByteSpan out) noexcept;

    /// False if `ciphertext` is not authentic; the state is then of no more use.
    [[nodiscard]] bool decrypt_and_hash(ByteView ciphertext, ByteSpan out) noexcept;

    /// The initiator's sending key, then the responder's.
    [[nodiscard]] std::array<Secret<kHashSize>, 2> split() const noexcept;

    [[nodiscard]] const Digest& handshake_hash() const noexcept { return hash_; }

    [[nodiscard]] Suite suite() const noexcept { return suite_; }

  private:
    SymmetricState(Suite suite, Secret<kHashSize> chaining_key, Secret<kHashSize> key) noexcept;

    [[nodiscard]] MessageCipher next_cipher() noexcept;

    Suite suite_;
    Secret<kHashSize> chaining_key_;
    Secret<kHashSize> key_;
    uint64_t counter_ = 0;
    Digest hash_{};
};

}  // namespace egret::crypto
