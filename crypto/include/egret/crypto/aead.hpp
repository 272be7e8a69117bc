// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace egret::crypto {

/// The two protocols a peer may speak (contract section 1.1); the value is byte 1 of every message.
enum class Suite : uint8_t { wireguard = 0, aes256gcm = 1 };
inline constexpr size_t kSuites = 2;

inline constexpr size_t kAeadKeySize = 32;
inline constexpr size_t kAeadTagSize = 16;

class AeadKey;

/// One message of a burst, encrypted or decrypted in place.
///
/// Sealing: `text` holds `size_bytes` of plaintext with room for kAeadTagSize behind it; afterwards
/// it holds ciphertext and tag. Opening: `text` holds `size_bytes` of ciphertext and tag (at least
/// kAeadTagSize); afterwards plaintext if `ok`, otherwise unspecified bytes (the ciphertext as it
/// came, or zeros) that are never plaintext of a forged message. No byte before or behind those is
/// read or written. `counter` becomes the nonce as the suite of `key` writes it.
/// There is no associated data: transport messages have none.
struct AeadJob {
    const AeadKey* key = nullptr;
    uint64_t counter = 0;
    std::byte* text = nullptr;
    uint32_t size_bytes = 0;
    bool ok = false;  ///< written by open
};

/// One implementation of one suite's AEAD. A table of functions rather than a class with virtual
/// calls, so that a backend from another library (DPDK's cryptodev) can be plugged in without this
/// library knowing it.
///
/// `seal` and `open` take any number of jobs, all with keys of this backend. They do not allocate,
/// block or fail as a whole; jobs of one call are independent. Threads: any number at once, also
/// with the same key.
struct AeadBackend {
    std::string_view name;  ///< as shown to operators, e.g. "libsodium"
    Suite suite;
    /// Does this processor have what it takes? Any time.
    bool (*available)() noexcept;
    /// Null when out of memory, or not available.
    void* (*prepare)(std::span<const std::byte, kAeadKeySize> key) noexcept;
    /// Wipes and frees.
    void (*destroy)(void* prepared) noexcept;
    void (*seal)(std::span<AeadJob> jobs) noexcept;
    void (*open)(std::span<AeadJob> jobs) noexcept;
    /// The widest vectors it may use, in bits; who starts a process may set a limit. 0: it suits itself
    /// to the processor and cannot be limited, but is right on every one.
    uint16_t simd_bits = 0;
};

/// The portable reference of each suite, by libsodium; always built. `aes256gcm` needs AES
/// instructions: ask `available()` before preparing keys with it.
const AeadBackend& sodium_backend(Suite suite) noexcept;

/// Our own ChaCha20-Poly1305 across the messages of a burst (suite `wireguard`): one backend for each
/// instruction set this build has code for, fastest first, named "multilane-" and the instruction
/// set. Ask each for `available()`. Empty where no SIMD is known.
std::span<const AeadBackend* const> multilane_backends() noexcept;

/// A key prepared for a backend (AES key schedule, multi-lane layout), wiped when destroyed.
/// Move-only.
class AeadKey {
  public:
    AeadKey() = default;

    AeadKey(const AeadBackend& backend, std::span<const std::byte, kAeadKeySize> key) noexcept
        : backend_(&backend),
          prepared_(backend.prepare(key)) {}

    AeadKey(AeadKey&& other) noexcept
        : backend_(other.backend_),
          prepared_(other.prepared_) {
        other.prepared_ = nullptr;
    }

    AeadKey& operator=(AeadKey&& other) noexcept {
        if (this != &other) {
            reset();
            backend_ = other.backend_;
            prepared_ = other.prepared_;
            other.prepared_ = nullptr;
        }
        return *this;
    }

    AeadKey(const AeadKey&) = delete;
    AeadKey& operator=(const AeadKey&) = delete;

    ~AeadKey() { reset(); }

    /// False after a move, and when the backend could not prepare the key.
    [[nodiscard]] bool usable() const noexcept { return prepared_ != nullptr; }

    [[nodiscard]] const AeadBackend& backend() const noexcept { return *backend_; }

    [[nodiscard]] const void* prepared() const noexcept { return prepared_; }

    /// Wipes the key now.
    void reset() noexcept {
        if (prepared_ != nullptr) {
            backend_->destroy(prepared_);
            prepared_ = nullptr;
        }
    }

  private:
    const AeadBackend* backend_ = nullptr;
    void* prepared_ = nullptr;
};

}  // namespace egret::crypto
