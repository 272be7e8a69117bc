// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace egret {

/// A probe that may still be answered.
struct SentProbe {
    uint64_t id = 0;  ///< 0: none
    uint64_t time_ns = 0;
    uint32_t session = 0;  ///< receiver index of the current session then
    api::Endpoint destination;
};

/// The newest probes to one peer. Several, because an answer may take longer than the next probe does.
class SentProbes {
  public:
    static constexpr size_t kCapacity = 8;

    void add(const SentProbe& probe) noexcept {
        probes_[next_] = probe;
        next_ = (next_ + 1) % kCapacity;
    }

    /// The probe with this id, which is not 0; each is answered once.
    [[nodiscard]] std::optional<SentProbe> take(uint64_t id) noexcept {
        for (SentProbe& probe : probes_) {
            if (id != 0 && probe.id == id) {
                return std::exchange(probe, {});
            }
        }
        return std::nullopt;
    }

  private:
    std::array<SentProbe, kCapacity> probes_;
    size_t next_ = 0;
};

}  // namespace egret
