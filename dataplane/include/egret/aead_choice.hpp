// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/aead.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace egret {

/// One backend for each suite, by crypto::Suite.
using AeadBackends = std::array<const crypto::AeadBackend*, crypto::kSuites>;

/// "wireguard" or "aes256gcm", as configurations spell it.
[[nodiscard]] std::string_view name_of(crypto::Suite suite) noexcept;

/// What whoever starts a process wants of the AEAD.
struct AeadWish {
    static constexpr const char* kAuto = "auto";
    static constexpr uint16_t kAnySimd = UINT16_MAX;

    /// By suite: the name of a backend, or kAuto for the fastest one here.
    std::array<std::string, crypto::kSuites> backend{kAuto, kAuto};
    /// Backends that may use wider vectors are left out, in bits. Those that suit themselves to the processor cannot be
    /// limited and stay: libsodium.
    uint16_t max_simd_bits = kAnySimd;

    /// Reads `SUITE=NAME` texts over what is wished so far. Empty, or one sentence.
    [[nodiscard]] std::string read(std::span<const std::string> texts);
};

struct AeadChoice {
    const crypto::AeadBackend* backend =
        nullptr;      ///< of which `available()` is false if the suite cannot be had here
    std::string why;  ///< for operators: "configured", "measured: ..."
};

using AeadChoices = std::array<AeadChoice, crypto::kSuites>;

/// Writes one line for the operator.
using AeadReport = std::function<void(const std::string& line)>;

/// The backends of a suite this machine has, within `max_simd_bits`; libsodium is the last one. EAL must be up: DPDK's
/// crypto devices are opened and stay open.
[[nodiscard]] std::vector<const crypto::AeadBackend*>
aead_backends(crypto::Suite suite, uint16_t max_simd_bits, const AeadReport& report);

/// Chooses a backend for each suite: the wished one, or by a measurement of some milliseconds on this thread the fastest on
/// a burst of mixed sizes. One that does not make what libsodium makes is left out, and reported. EAL must be up.
///
/// Error: a wished backend is not there; one sentence.
[[nodiscard]] tl::expected<AeadChoices, std::string>
choose_aead(const AeadWish& wish, const AeadReport& report);

/// The chosen ones, for NodeOptions.
[[nodiscard]] AeadBackends backends_of(const AeadChoices& choices) noexcept;

}  // namespace egret
