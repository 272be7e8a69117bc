// SPDX-License-Identifier: Apache-2.0
#include "multilane/burst.hpp"
#include "multilane/targets.hpp"
#include "prepared_key.hpp"

#include <egret/crypto/aead.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace egret::crypto {

namespace {

using multilane::Kernels;
using multilane::kMaxMessages;
using multilane::kTargets;
using multilane::Message;

using KeyWords = std::array<uint32_t, kAeadKeySize / sizeof(uint32_t)>;

/// The nonce as nonce_of(Suite::wireguard) writes it.
Message message_of(const AeadJob& job, size_t size_bytes) noexcept {
    return {
        .key = static_cast<const KeyWords*>(job.key->prepared())->data(),
        .nonce = {0, static_cast<uint32_t>(job.counter), static_cast<uint32_t>(job.counter >> 32)},
        .size_bytes = static_cast<uint32_t>(size_bytes),
        .text = reinterpret_cast<uint8_t*>(job.text),
    };
}

void seal_pass(const Kernels& kernels, std::span<AeadJob> jobs) noexcept {
    std::array<Message, kMaxMessages> messages;
    for (size_t i = 0; i < jobs.size(); ++i) {
        messages[i] = message_of(jobs[i], jobs[i].size_bytes);
    }
    multilane::seal(kernels, {messages.data(), jobs.size()});
}

void open_pass(const Kernels& kernels, std::span<AeadJob> jobs) noexcept {
    std::array<Message, kMaxMessages> messages;
    std::array<uint8_t, kMaxMessages> numbers;
    size_t count = 0;
    for (size_t i = 0; i < jobs.size(); ++i) {
        jobs[i].ok = false;
        if (jobs[i].size_bytes >= kAeadTagSize) {
            numbers[count] = static_cast<uint8_t>(i);
            messages[count] = message_of(jobs[i], jobs[i].size_bytes - kAeadTagSize);
            ++count;
        }
    }
    std::array<bool, kMaxMessages> ok;
    multilane::open(kernels, {messages.data(), count}, ok);
    for (size_t i = 0; i < count; ++i) {
        jobs[numbers[i]].ok = ok[i];
    }
}

template <size_t kIndex>
void* prepare(std::span<const std::byte, kAeadKeySize> key) noexcept {
    auto* prepared = kTargets[kIndex].available() ? allocate_prepared<KeyWords>() : nullptr;
    if (prepared != nullptr) {
        std::memcpy(prepared->data(), key.data(), key.size());
    }
    return prepared;
}

template <size_t kIndex, void (*kPass)(const Kernels&, std::span<AeadJob>) noexcept>
void in_passes(std::span<AeadJob> jobs) noexcept {
    while (!jobs.empty()) {
        const size_t count = std::min(jobs.size(), kMaxMessages);
        kPass(kTargets[kIndex].kernels, jobs.first(count));
        jobs = jobs.subspan(count);
    }
}

template <size_t kIndex>
constexpr AeadBackend kBackend{
    .name = kTargets[kIndex].name,
    .suite = Suite::wireguard,
    .available = kTargets[kIndex].available,
    .prepare = prepare<kIndex>,
    .destroy = destroy_prepared<KeyWords>,
    .seal = in_passes<kIndex, seal_pass>,
    .open = in_passes<kIndex, open_pass>,
    .simd_bits = kTargets[kIndex].simd_bits,
};

template <size_t... kIndex>
constexpr auto backends(std::index_sequence<kIndex...> /*all*/) {
    return std::array<const AeadBackend*, sizeof...(kIndex)>{&kBackend<kIndex>...};
}

constexpr auto kBestFirst = backends(std::make_index_sequence<kTargets.size()>());

}  // namespace

std::span<const AeadBackend* const> multilane_backends() noexcept {
    return kBestFirst;
}

}  // namespace egret::crypto
