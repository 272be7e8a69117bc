// SPDX-License-Identifier: Apache-2.0
#include "aead/trial.hpp"

#include <rte_cycles.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

namespace egret {
namespace {

using crypto::AeadBackend;
using crypto::AeadJob;
using crypto::AeadKey;
using crypto::kAeadKeySize;
using crypto::kAeadTagSize;

constexpr size_t kJobs = 32;
constexpr size_t kRoom = 1536;
constexpr size_t kRounds = 31;
constexpr size_t kWarmUp = 3;

/// Twelve packets of the simple Internet mix, 7 : 4 : 1, as payloads of data messages.
constexpr std::array<uint32_t, 12> kMix{64, 576, 64, 64, 576, 64, 1420, 64, 576, 64, 576, 64};

/// Sizes at which implementations change their ways: nothing, around blocks and vectors, long.
constexpr std::array<uint32_t, 16>
    kEdges{0, 1, 15, 16, 17, 63, 64, 65, 127, 128, 129, 255, 256, 257, 1024, 1420};

constexpr std::array<std::byte, kAeadKeySize> kKeys[2]{{std::byte{0x11}}, {std::byte{0x22}}};

/// A burst in one piece of memory: the same for every backend.
class TrialBurst {
  public:
    TrialBurst(const AeadBackend& backend, std::span<const uint32_t> sizes)
        : keys_{AeadKey(backend, kKeys[0]), AeadKey(backend, kKeys[1])},
          backend_(backend),
          sizes_(sizes),
          bytes_(kJobs * kRoom) {
        for (size_t i = 0; i < bytes_.size(); ++i) {
            bytes_[i] = static_cast<std::byte>(i * 7 + i / kRoom);
        }
    }

    [[nodiscard]] bool usable() const { return keys_[0].usable() && keys_[1].usable(); }

    void seal() { backend_.seal(fill(0)); }

    /// True if exactly those messages opened that should have.
    bool open(size_t forged = kJobs) {
        const std::span<AeadJob> jobs = fill(kAeadTagSize);
        backend_.open(jobs);
        for (size_t i = 0; i < kJobs; ++i) {
            if (jobs[i].ok == (i == forged)) {
                return false;
            }
        }
        return true;
    }

    [[nodiscard]] uint32_t size(size_t i) const { return sizes_[i % sizes_.size()]; }

    [[nodiscard]] std::span<std::byte> text(size_t i) {
        return std::span(bytes_).subspan(i * kRoom, size(i));
    }

    [[nodiscard]] const std::vector<std::byte>& bytes() const { return bytes_; }

  private:
    std::span<AeadJob> fill(size_t tag) {
        for (size_t i = 0; i < kJobs; ++i) {
            jobs_[i] = {
                .key = &keys_[i / 3 % 2],
                .counter = i,
                .text = text(i).data(),
                .size_bytes = size(i) + static_cast<uint32_t>(tag),
            };
        }
        return jobs_;
    }

    std::array<AeadKey, 2> keys_;
    const AeadBackend& backend_;
    std::span<const uint32_t> sizes_;
    std::vector<std::byte> bytes_;
    std::array<AeadJob, kJobs> jobs_;
};

/// One byte of the message is changed; nothing of its text may come out.
bool refuses(TrialBurst& sealed, std::span<const std::byte> plain, size_t forged) {
    sealed.text(forged)[0] ^= std::byte{1};
    const std::span<const std::byte> before = plain.subspan(forged * kRoom, sealed.size(forged));
    const std::span<const std::byte> after = sealed.text(forged);
    return sealed.open(forged) && std::memcmp(before.data() + 1, after.data() + 1, 15) != 0;
}

}  // namespace

bool agrees_with(const AeadBackend& backend, const AeadBackend& reference) {
    TrialBurst made(backend, kEdges);
    TrialBurst wanted(reference, kEdges);
    const std::vector<std::byte> plain = made.bytes();
    if (!made.usable() || !wanted.usable()) {
        return false;
    }
    made.seal();
    wanted.seal();
    if (made.bytes() != wanted.bytes() || !made.open() || !wanted.open() ||
        made.bytes() != wanted.bytes()) {
        return false;
    }
    constexpr size_t kForged = 6;  // 64 bytes
    made.seal();
    return refuses(made, plain, kForged);
}

uint64_t cycles_per_packet(const AeadBackend& backend) {
    TrialBurst burst(backend, kMix);
    if (!burst.usable()) {
        return 0;
    }
    std::array<uint64_t, kRounds> cycles;
    for (size_t i = 0; i < kWarmUp + kRounds; ++i) {
        const uint64_t start = rte_rdtsc_precise();
        burst.seal();
        burst.open();
        cycles[i % kRounds] = rte_rdtsc_precise() - start;  // the warm-up's are written over
    }
    const auto middle = cycles.begin() + kRounds / 2;
    std::nth_element(cycles.begin(), middle, cycles.end());
    return *middle / (2 * kJobs);
}

}  // namespace egret
