// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/aead.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace egret {

/// The AEADs of DPDK's crypto devices in software, which are Intel's IPsec library: crypto_aesni_gcm for AES-256-GCM,
/// crypto_aesni_mb for both suites. None is available before `open_crypto_devices`.
///
/// Each thread that seals or opens gets state of its own from the driver at its first call: some tenths of a millisecond and
/// 200 kB, which DPDK 22.11 does not free when the thread ends. A message that a device refuses to seal is overwritten with
/// zeros: it must not leave as it was.
[[nodiscard]] std::span<const crypto::AeadBackend* const> cryptodev_backends() noexcept;

/// Opens the devices this machine has; EAL must be up. Those that are open stay so. `report` is told why one is not there.
void open_crypto_devices(
    const std::function<void(std::string_view device, const std::string& why)>& report
);

/// Takes the devices away. Only when no key of theirs is used any more.
void close_crypto_devices();

/// What the sessions of all devices take, bytes.
[[nodiscard]] uint64_t crypto_device_memory() noexcept;

}  // namespace egret
