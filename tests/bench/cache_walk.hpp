// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <unistd.h>
#include <vector>

namespace egret::bench {

/// Makes the caches of this core cold: walks over twice what its second level holds, so that what a burst needs comes from
/// the third level or from memory, as after other work of the processor.
class CacheWalk {
  public:
    CacheWalk()
        : bytes_(size_bytes()) {}

    void walk() noexcept {
        constexpr size_t kLine = 64;
        volatile uint8_t* bytes = bytes_.data();
        for (size_t i = 0; i < bytes_.size(); i += kLine) {
            bytes[i] = static_cast<uint8_t>(i);
        }
    }

  private:
    static size_t size_bytes() noexcept {
        constexpr long kLeast = 1L << 20;  // where the system does not know
        const long second_level = sysconf(_SC_LEVEL2_CACHE_SIZE);
        return 2 * static_cast<size_t>(second_level > kLeast ? second_level : kLeast);
    }

    std::vector<uint8_t> bytes_;
};

}  // namespace egret::bench
