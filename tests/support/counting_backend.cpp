// SPDX-License-Identifier: Apache-2.0
#include "counting_backend.hpp"

namespace egret::test {
namespace {

using crypto::AeadBackend;
using crypto::AeadJob;
using crypto::AeadKey;
using crypto::kAeadKeySize;
using crypto::Suite;

/// A key is libsodium's own; only what happens to it is counted on the way.
template <Suite kSuite>
struct Counted {
    static const AeadBackend& real() { return crypto::sodium_backend(kSuite); }

    static bool available() noexcept { return real().available(); }

    static void* prepare(std::span<const std::byte, kAeadKeySize> key) noexcept {
        if (CountingBackend::refuses_keys) {
            return nullptr;
        }
        ++CountingBackend::n_prepared;
        return real().prepare(key);
    }

    static void destroy(void* prepared) noexcept {
        ++CountingBackend::n_destroyed;
        real().destroy(prepared);
    }

    static void seal(std::span<AeadJob> jobs) noexcept {
        for (const AeadJob& job : jobs) {
            CountingBackend::sealed_counters.push_back(job.counter);
        }
        real().seal(jobs);
    }

    static void open(std::span<AeadJob> jobs) noexcept { real().open(jobs); }

    static constexpr AeadBackend kBackend{
        .name = "counting",
        .suite = kSuite,
        .available = available,
        .prepare = prepare,
        .destroy = destroy,
        .seal = seal,
        .open = open,
    };
};

}  // namespace

uint32_t CountingBackend::n_prepared = 0;
uint32_t CountingBackend::n_destroyed = 0;
std::vector<uint64_t> CountingBackend::sealed_counters;
bool CountingBackend::refuses_keys = false;

void CountingBackend::reset() {
    n_prepared = 0;
    n_destroyed = 0;
    std::vector<uint64_t>().swap(sealed_counters);
    refuses_keys = false;
}

const AeadBackend& CountingBackend::of(Suite suite) {
    return suite == Suite::wireguard ? Counted<Suite::wireguard>::kBackend
                                     : Counted<Suite::aes256gcm>::kBackend;
}

}  // namespace egret::test
