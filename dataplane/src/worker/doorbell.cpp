// SPDX-License-Identifier: Apache-2.0
#include "worker/doorbell.hpp"

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace egret {

tl::expected<Doorbell, std::string> Doorbell::create() {
    api::Descriptor event(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!event.open()) {
        return tl::unexpected(std::string("an eventfd could not be made: ") + std::strerror(errno));
    }
    return Doorbell(std::move(event));
}

void Doorbell::listen() noexcept {
    listening_.store(true, std::memory_order_relaxed);
    // Orders the store before the sleeper's last look; pairs with the fence in `ring`.
    std::atomic_thread_fence(std::memory_order_seq_cst);
}

void Doorbell::hush() noexcept {
    listening_.store(false, std::memory_order_relaxed);
    uint64_t n_rings = 0;
    // Nothing to read is fine: nobody rang.
    [[maybe_unused]] const ssize_t size = ::read(event_.get(), &n_rings, sizeof(n_rings));
}

void Doorbell::wait(uint32_t timeout_us) noexcept {
    constexpr uint32_t kSecond = 1'000'000;
    pollfd waited{event_.get(), POLLIN, 0};
    const timespec timeout{timeout_us / kSecond, static_cast<long>(timeout_us % kSecond) * 1000};
    ppoll(&waited, 1, &timeout, nullptr);
}

void Doorbell::ring() noexcept {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (!listening_.load(std::memory_order_relaxed) || !listening_.exchange(false)) {
        return;
    }
    const uint64_t one = 1;
    // It can only fail where the counter is full, and then the sleeper is awake.
    [[maybe_unused]] const ssize_t size = ::write(event_.get(), &one, sizeof(one));
}

}  // namespace egret
