// SPDX-License-Identifier: Apache-2.0
#include "aead_burst.hpp"

#include <egret/crypto/cipher.hpp>

#include <algorithm>
#include <utility>

namespace egret::test {

namespace {

constexpr std::byte kAround{0xc5};
constexpr size_t kAroundBytes = 64;

/// Every job begins at another offset from a cache line.
size_t offset_of(size_t i) {
    return kAroundBytes + i * 5 % kAroundBytes;
}

}  // namespace

AeadMessage aead_message(
    crypto::Suite suite,
    crypto::Secret<crypto::kAeadKeySize> key,
    uint64_t counter,
    Bytes plaintext
) {
    Bytes sealed(plaintext.size() + crypto::kAeadTagSize);
    crypto::seal_message({suite, key, crypto::nonce_of(suite, counter), {}}, plaintext, sealed);
    return {std::move(key), counter, std::move(plaintext), std::move(sealed)};
}

AeadBurst::AeadBurst(
    const crypto::AeadBackend& backend,
    const std::vector<const AeadMessage*>& messages
)
    : backend_(backend) {
    for (const AeadMessage* message : messages) {
        keys_.emplace_back(backend_, message->key.bytes());
        sizes_.push_back(message->sealed.size());
    }
    for (size_t i = 0; i < messages.size(); ++i) {
        const Bytes& plaintext = messages[i]->plaintext;
        buffers_.emplace_back(offset_of(i) + sizes_[i] + kAroundBytes, kAround);
        std::copy(plaintext.begin(), plaintext.end(), &buffers_[i][offset_of(i)]);
        jobs_.push_back({
            .key = &keys_[i],
            .counter = messages[i]->counter,
            .text = &buffers_[i][offset_of(i)],
            .size_bytes = static_cast<uint32_t>(plaintext.size()),
        });
    }
}

void AeadBurst::seal() {
    backend_.seal(jobs_);
}

void AeadBurst::open() {
    for (size_t i = 0; i < jobs_.size(); ++i) {
        jobs_[i].size_bytes = static_cast<uint32_t>(sizes_[i]);
    }
    backend_.open(jobs_);
}

std::span<std::byte> AeadBurst::text(size_t i) {
    return {jobs_[i].text, sizes_[i]};
}

bool AeadBurst::surroundings_unchanged() const {
    const auto untouched = [](const auto begin, const auto end) {
        return std::all_of(begin, end, [](std::byte byte) { return byte == kAround; });
    };
    for (size_t i = 0; i < jobs_.size(); ++i) {
        const auto begin = buffers_[i].begin() + static_cast<std::ptrdiff_t>(offset_of(i));
        const auto end = begin + static_cast<std::ptrdiff_t>(sizes_[i]);
        if (!untouched(buffers_[i].begin(), begin) || !untouched(end, buffers_[i].end())) {
            return false;
        }
    }
    return true;
}

}  // namespace egret::test
