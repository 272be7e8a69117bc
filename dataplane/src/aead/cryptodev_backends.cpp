// SPDX-License-Identifier: Apache-2.0
#include "aead/cryptodev_backends.hpp"

#include "aead/crypto_device.hpp"

#include <egret/crypto/nonce.hpp>

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

/// A batch of messages as the device wants them.
struct Batch {
    std::array<std::array<uint8_t, kNonceRoom>, kBatch> nonces;
    std::array<rte_crypto_vec, kBatch> texts;
    std::array<rte_crypto_sgl, kBatch> segments;
    std::array<rte_crypto_va_iova_ptr, kBatch> nonce_places;
    std::array<rte_crypto_va_iova_ptr, kBatch> tag_places;
    std::array<rte_crypto_va_iova_ptr, kBatch> no_associated_data;
    std::array<int32_t, kBatch> status;

    void add(size_t i, Suite suite, const AeadJob& job, uint32_t text_size) noexcept {
        const crypto::Nonce nonce = crypto::nonce_of(suite, job.counter);
        std::memcpy(nonces[i].data(), nonce.data(), nonce.size());
        texts[i] = {.base = job.text, .iova = 0, .len = text_size, .tot_len = text_size};
        segments[i] = {.vec = &texts[i], .num = 1};
        nonce_places[i] = {.va = nonces[i].data(), .iova = 0};
        tag_places[i] = {.va = job.text + text_size, .iova = 0};
        no_associated_data[i] = {.va = nonces[i].data(), .iova = 0};  // of length 0
        status[i] = kNotDone;
    }

    void process(const CryptoDevice& device, void* session, size_t n) noexcept {
        rte_crypto_sym_vec vector{};
        vector.num = static_cast<uint32_t>(n);
        vector.src_sgl = segments.data();
        vector.iv = nonce_places.data();
        vector.aad = no_associated_data.data();
        vector.digest = tag_places.data();
        vector.status = status.data();
        rte_cryptodev_sym_cpu_crypto_process(device.id(), session, {}, &vector);
    }
};

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
        Batch batch;
        for (size_t i = 0; i < jobs.size(); ++i) {
            batch.add(i, kSuite, jobs[i], jobs[i].size_bytes);
        }
        batch.process(kDevice, sessions_of(jobs.front()).seal, jobs.size());
        for (size_t i = 0; i < jobs.size(); ++i) {
            if (batch.status[i] != 0) [[unlikely]] {
                std::memset(jobs[i].text, 0, jobs[i].size_bytes + kAeadTagSize);
            }
        }
    }

    /// The devices decrypt before they compare the tags: what was forged is overwritten.
    static void open_batch(std::span<AeadJob> jobs) noexcept {
        Batch batch;
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
            job_of[i]->ok = batch.status[i] == 0;
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
