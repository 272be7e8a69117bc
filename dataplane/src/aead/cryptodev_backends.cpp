// SPDX-License-Identifier: Apache-2.0
#include "aead/cryptodev_backends.hpp"

#include "aead/crypto_device.hpp"

#include <egret/crypto/nonce.hpp>

#include <rte_byteorder.h>
#include <rte_cryptodev.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <new>

namespace egret {
namespace {

using crypto::AeadBackend;
using crypto::AeadJob;
using crypto::AeadKey;
using crypto::kAeadKeySize;
using crypto::kAeadTagSize;
using crypto::Suite;

constexpr const char* kGcmDriver = "crypto_aesni_gcm";
constexpr const char* kMbDriver = "crypto_aesni_mb";

constinit CryptoDevice gcm_device(kGcmDriver);
constinit CryptoDevice mb_device(kMbDriver);

/// The widest vectors Intel's library knows. It takes what the processor has, whatever limit EAL was given.
constexpr uint16_t kSimdBits = 512;

/// Messages handed to a device at once.
constexpr size_t kBatch = 32;

/// The device's read of a nonce may be a whole vector.
constexpr size_t kNonceRoom = 16;

/// A nonce begins with zeros; the counter follows.
constexpr size_t kNonceZeros = crypto::kNonceSize - sizeof(uint64_t);

/// What a job still has if the device did not say what became of it.
constexpr int32_t kNotDone = -1;

/// Of DPDK's sessions one for each direction: an AeadKey does both.
struct Sessions {
    void* seal = nullptr;
    void* open = nullptr;
};

constexpr rte_crypto_aead_algorithm algorithm_of(Suite suite) noexcept {
    return suite == Suite::aes256gcm ? RTE_CRYPTO_AEAD_AES_GCM : RTE_CRYPTO_AEAD_CHACHA20_POLY1305;
}

void* make_session(
    CryptoDevice& device,
    Suite suite,
    rte_crypto_aead_operation operation,
    std::span<const std::byte, kAeadKeySize> key
) noexcept {
    rte_crypto_sym_xform transform{};
    transform.type = RTE_CRYPTO_SYM_XFORM_AEAD;
    transform.aead.op = operation;
    transform.aead.algo = algorithm_of(suite);
    transform.aead.key.data = reinterpret_cast<const uint8_t*>(key.data());
    transform.aead.key.length = kAeadKeySize;
    transform.aead.iv.length = crypto::kNonceSize;
    transform.aead.digest_length = kAeadTagSize;
    rte_mempool* pool = device.pool_with_room();
    return pool != nullptr ? rte_cryptodev_sym_session_create(device.id(), &transform, pool)
                           : nullptr;
}

/// A batch of messages as the device wants them. One for each thread, so that what never changes is written once.
class Batch {
  public:
    Batch() noexcept {
        for (size_t i = 0; i < kBatch; ++i) {
            nonces_[i] = {};
            segments_[i] = {.vec = &texts_[i], .num = 1};
            nonce_places_[i] = {.va = nonces_[i].data(), .iova = 0};
        }
    }

    void add(size_t i, Suite suite, const AeadJob& job, uint32_t text_size) noexcept {
        // As crypto::nonce_of says, in one store.
        const uint64_t counter = suite == Suite::aes256gcm ? rte_cpu_to_be_64(job.counter)
                                                           : rte_cpu_to_le_64(job.counter);
        std::memcpy(nonces_[i].data() + kNonceZeros, &counter, sizeof(counter));
        texts_[i].base = job.text;
        texts_[i].len = text_size;
        tag_places_[i].va = job.text + text_size;
        status_[i] = kNotDone;
    }

    void process(const CryptoDevice& device, void* session, size_t n) noexcept {
        rte_crypto_sym_vec vector{};
        vector.num = static_cast<uint32_t>(n);
        vector.src_sgl = segments_.data();
        vector.iv = nonce_places_.data();
        vector.aad = nonce_places_.data();  // of length 0
        vector.digest = tag_places_.data();
        vector.status = status_.data();
        rte_cryptodev_sym_cpu_crypto_process(device.id(), session, {}, &vector);
    }

    [[nodiscard]] bool done(size_t i) const noexcept { return status_[i] == 0; }

  private:
    std::array<std::array<uint8_t, kNonceRoom>, kBatch> nonces_;
    std::array<rte_crypto_vec, kBatch> texts_{};
    std::array<rte_crypto_sgl, kBatch> segments_;
    std::array<rte_crypto_va_iova_ptr, kBatch> nonce_places_;
    std::array<rte_crypto_va_iova_ptr, kBatch> tag_places_{};
    std::array<int32_t, kBatch> status_;
};

thread_local Batch batch_of_thread;

/// The jobs at the front of `jobs` that one call can take: those with the key of the first.
std::span<AeadJob> same_key(std::span<AeadJob> jobs) noexcept {
    const auto at_once = jobs.first(std::min(jobs.size(), kBatch));
    const auto end = std::ranges::find_if(at_once, [key = jobs.front().key](const AeadJob& job) {
        return job.key != key;
    });
    return at_once.first(static_cast<size_t>(end - at_once.begin()));
}

template <CryptoDevice& kDevice, Suite kSuite>
struct Cryptodev {
    static bool available() noexcept { return kDevice.is_open(); }

    static void* prepare(std::span<const std::byte, kAeadKeySize> key) noexcept {
        std::unique_ptr<Sessions> sessions(available() ? new (std::nothrow) Sessions : nullptr);
        if (sessions == nullptr) {
            return nullptr;
        }
        sessions->seal = make_session(kDevice, kSuite, RTE_CRYPTO_AEAD_OP_ENCRYPT, key);
        sessions->open = make_session(kDevice, kSuite, RTE_CRYPTO_AEAD_OP_DECRYPT, key);
        if (sessions->seal == nullptr || sessions->open == nullptr) {
            destroy(sessions.release());
            return nullptr;
        }
        return sessions.release();
    }

    /// DPDK wipes a session when it is freed.
    static void destroy(void* prepared) noexcept {
        const std::unique_ptr<Sessions> sessions(static_cast<Sessions*>(prepared));
        rte_cryptodev_sym_session_free(kDevice.id(), sessions->seal);
        rte_cryptodev_sym_session_free(kDevice.id(), sessions->open);
    }

    static void seal(std::span<AeadJob> jobs) noexcept {
        while (!jobs.empty()) {
            const std::span<AeadJob> batch = same_key(jobs);
            seal_batch(batch);
            jobs = jobs.subspan(batch.size());
        }
    }

    static void open(std::span<AeadJob> jobs) noexcept {
        while (!jobs.empty()) {
            const std::span<AeadJob> batch = same_key(jobs);
            open_batch(batch);
            jobs = jobs.subspan(batch.size());
        }
    }

  private:
    static const Sessions& sessions_of(const AeadJob& job) noexcept {
        return *static_cast<const Sessions*>(job.key->prepared());
    }

    static void seal_batch(std::span<AeadJob> jobs) noexcept {
        Batch& batch = batch_of_thread;
        for (size_t i = 0; i < jobs.size(); ++i) {
            batch.add(i, kSuite, jobs[i], jobs[i].size_bytes);
        }
        batch.process(kDevice, sessions_of(jobs.front()).seal, jobs.size());
        for (size_t i = 0; i < jobs.size(); ++i) {
            if (!batch.done(i)) [[unlikely]] {
                std::memset(jobs[i].text, 0, jobs[i].size_bytes + kAeadTagSize);
            }
        }
    }

    /// The devices decrypt before they compare the tags: what was forged is overwritten.
    static void open_batch(std::span<AeadJob> jobs) noexcept {
        Batch& batch = batch_of_thread;
        std::array<AeadJob*, kBatch> job_of;
        size_t n = 0;
        for (AeadJob& job : jobs) {
            job.ok = false;
            if (job.size_bytes >= kAeadTagSize) {
                batch.add(n, kSuite, job, static_cast<uint32_t>(job.size_bytes - kAeadTagSize));
                job_of[n++] = &job;
            }
        }
        batch.process(kDevice, sessions_of(jobs.front()).open, n);
        for (size_t i = 0; i < n; ++i) {
            job_of[i]->ok = batch.done(i);
            if (!job_of[i]->ok) [[unlikely]] {
                std::memset(job_of[i]->text, 0, job_of[i]->size_bytes);
            }
        }
    }
};

template <CryptoDevice& kDevice, Suite kSuite>
constexpr AeadBackend backend_of(const char* name) {
    using Functions = Cryptodev<kDevice, kSuite>;
    return {
        .name = name,
        .suite = kSuite,
        .available = Functions::available,
        .prepare = Functions::prepare,
        .destroy = Functions::destroy,
        .seal = Functions::seal,
        .open = Functions::open,
        .simd_bits = kSimdBits,
    };
}

constexpr AeadBackend kGcm = backend_of<gcm_device, Suite::aes256gcm>(kGcmDriver);
constexpr AeadBackend kMbGcm = backend_of<mb_device, Suite::aes256gcm>(kMbDriver);
constexpr AeadBackend kMbChaCha = backend_of<mb_device, Suite::wireguard>(kMbDriver);
constexpr std::array<const AeadBackend*, 3> kBackends{&kGcm, &kMbGcm, &kMbChaCha};

}  // namespace

std::span<const AeadBackend* const> cryptodev_backends() noexcept {
    return kBackends;
}

void open_crypto_devices(
    const std::function<void(std::string_view device, const std::string& why)>& report
) {
    for (auto [device, driver] :
         {std::pair(&gcm_device, kGcmDriver), std::pair(&mb_device, kMbDriver)}) {
        if (const std::string why = device->open(); !why.empty()) {
            report(driver, why);
        }
    }
}

void close_crypto_devices() {
    gcm_device.close();
    mb_device.close();
}

uint64_t crypto_device_memory() noexcept {
    return gcm_device.memory_bytes() + mb_device.memory_bytes();
}

}  // namespace egret
