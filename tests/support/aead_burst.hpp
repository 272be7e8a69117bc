// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vectors.hpp"

#include <egret/crypto/aead.hpp>
#include <egret/crypto/secret.hpp>

#include <memory>

namespace egret::test {

/// Key, counter and message of one job, and what the AEAD of single messages makes of them.
struct AeadMessage {
    crypto::Secret<crypto::kAeadKeySize> key;
    uint64_t counter;
    Bytes plaintext;
    Bytes sealed;
};

AeadMessage aead_message(
    crypto::Suite suite,
    crypto::Secret<crypto::kAeadKeySize> key,
    uint64_t counter,
    Bytes plaintext
);

/// A burst as the packet path would hand it over: each job with its own buffer, bytes before and behind it that nobody
/// may touch, at any alignment.
class AeadBurst {
  public:
    AeadBurst(const crypto::AeadBackend& backend, const std::vector<const AeadMessage*>& messages);

    void seal();

    void open();

    /// Text and tag.
    [[nodiscard]] std::span<std::byte> text(size_t i);

    [[nodiscard]] bool ok(size_t i) const { return jobs_[i].ok; }

    /// True if every byte around the texts is what it was.
    [[nodiscard]] bool surroundings_unchanged() const;

  private:
    const crypto::AeadBackend& backend_;
    std::vector<crypto::AeadKey> keys_;
    std::vector<Bytes> buffers_;
    std::vector<size_t> sizes_;
    std::vector<crypto::AeadJob> jobs_;
};

}  // namespace egret::test
