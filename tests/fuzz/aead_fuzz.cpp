// SPDX-License-Identifier: Apache-2.0
#include "fuzz_check.hpp"

#include <egret/crypto/aead.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

using egret::crypto::AeadBackend;
using egret::crypto::AeadJob;
using egret::crypto::AeadKey;
using egret::crypto::kAeadKeySize;
using egret::crypto::kAeadTagSize;
using egret::crypto::Suite;
using egret::test::require;

namespace {

using Bytes = std::vector<std::byte>;

constexpr size_t kMaxMessages = 64;
constexpr size_t kMaxTextBytes = 9000;
constexpr size_t kKeys = 4;
constexpr size_t kAround = 64;
constexpr std::byte kCanary{0xa7};

/// One message of the burst, read from six bytes of the input.
struct Plan {
    size_t size;
    size_t alignment;
    size_t key;
    bool forged;
    size_t forged_bit;
};

/// The input: one byte for the number of messages and the contents, then the plans; what is missing is zero.
class Input {
  public:
    Input(const uint8_t* data, size_t size)
        : data_(data),
          size_(size) {}

    size_t byte() { return at_ < size_ ? data_[at_++] : 0; }

    Plan plan() {
        const size_t low = byte();
        const size_t high = byte();
        const size_t flags = byte();
        Plan plan{};
        // Small sizes as they are, so that a flipped bit changes little; all up to the largest are reached.
        plan.size = (low | high << 8) % (kMaxTextBytes + 1);
        plan.alignment = flags % 64;
        plan.key = byte() % kKeys;
        plan.forged = (flags & 0x40) != 0;
        plan.forged_bit = (byte() | byte() << 8) % ((plan.size + kAeadTagSize) * 8);
        return plan;
    }

  private:
    const uint8_t* data_;
    size_t size_;
    size_t at_ = 0;
};

void fill(std::span<std::byte> bytes, std::mt19937_64& random) {
    for (size_t i = 0; i < bytes.size(); i += sizeof(uint64_t)) {
        const uint64_t word = random();
        std::memcpy(&bytes[i], &word, std::min(sizeof(word), bytes.size() - i));
    }
}

/// A burst for one backend, whose texts lie among canaries.
class Burst {
  public:
    Burst(const AeadBackend& backend, const std::vector<Plan>& plans, uint64_t seed)
        : backend_(backend),
          plans_(plans) {
        std::mt19937_64 random(seed);
        for (AeadKey& key : keys_) {
            std::array<std::byte, kAeadKeySize> bytes;
            fill(bytes, random);
            key = AeadKey(backend, bytes);
        }
        for (const Plan& plan : plans) {
            Bytes& buffer =
                buffers_.emplace_back(2 * kAround + 64 + plan.size + kAeadTagSize, kCanary);
            std::byte* text = buffer.data() + kAround + plan.alignment;
            fill({text, plan.size}, random);
            jobs_.push_back({
                .key = &keys_[plan.key],
                .counter = random(),
                .text = text,
                .size_bytes = static_cast<uint32_t>(plan.size),
            });
        }
    }

    void seal() { backend_.seal(jobs_); }

    void forge() {
        for (size_t i = 0; i < plans_.size(); ++i) {
            if (plans_[i].forged) {
                const size_t bit = plans_[i].forged_bit;
                jobs_[i].text[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
            }
        }
    }

    void open() {
        for (size_t i = 0; i < plans_.size(); ++i) {
            jobs_[i].size_bytes = static_cast<uint32_t>(plans_[i].size + kAeadTagSize);
        }
        backend_.open(jobs_);
    }

    [[nodiscard]] std::span<const std::byte> text(size_t i) const {
        return {jobs_[i].text, plans_[i].size};
    }

    [[nodiscard]] std::span<const std::byte> sealed(size_t i) const {
        return {jobs_[i].text, plans_[i].size + kAeadTagSize};
    }

    [[nodiscard]] bool ok(size_t i) const { return jobs_[i].ok; }

    [[nodiscard]] bool canaries_alive() const {
        for (size_t i = 0; i < plans_.size(); ++i) {
            const std::byte* text = jobs_[i].text;
            const std::byte* end = text + plans_[i].size + kAeadTagSize;
            const auto alive = [](std::byte byte) { return byte == kCanary; };
            if (!std::all_of(buffers_[i].data(), text, alive) ||
                !std::all_of(end, buffers_[i].data() + buffers_[i].size(), alive)) {
                return false;
            }
        }
        return true;
    }

  private:
    const AeadBackend& backend_;
    const std::vector<Plan>& plans_;
    std::array<AeadKey, kKeys> keys_;
    std::vector<Bytes> buffers_;
    std::vector<AeadJob> jobs_;
};

/// A forged message must not give away any run of its plaintext that could not be there by chance.
bool shows_plaintext(std::span<const std::byte> text, std::span<const std::byte> plaintext) {
    constexpr size_t kRun = 8;
    for (size_t i = 0; i + kRun <= text.size(); i += kRun) {
        if (std::memcmp(&text[i], &plaintext[i], kRun) == 0) {
            return true;
        }
    }
    return false;
}

void check(const AeadBackend& backend, const std::vector<Plan>& plans, uint64_t seed) {
    const Burst plain(egret::crypto::sodium_backend(Suite::wireguard), plans, seed);
    Burst expected(egret::crypto::sodium_backend(Suite::wireguard), plans, seed);
    Burst burst(backend, plans, seed);
    expected.seal();
    burst.seal();
    for (size_t i = 0; i < plans.size(); ++i) {
        require(std::ranges::equal(burst.sealed(i), expected.sealed(i)));
    }
    burst.forge();
    burst.open();
    for (size_t i = 0; i < plans.size(); ++i) {
        require(burst.ok(i) == !plans[i].forged);
        require(
            burst.ok(i) ? std::ranges::equal(burst.text(i), plain.text(i))
                        : !shows_plaintext(burst.text(i), plain.text(i))
        );
    }
    require(burst.canaries_alive());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Input input(data, size);
    const size_t count = 1 + input.byte() % kMaxMessages;
    const uint64_t seed = input.byte();
    std::vector<Plan> plans;
    for (size_t i = 0; i < count; ++i) {
        plans.push_back(input.plan());
    }
    for (const AeadBackend* backend : egret::crypto::multilane_backends()) {
        if (backend->available()) {
            check(*backend, plans, seed);
        }
    }
    return 0;
}
