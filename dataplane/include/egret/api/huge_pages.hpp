// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <new>
#include <sys/mman.h>
#include <vector>

namespace egret::api {

/// Gives large arrays huge pages where the kernel has them (transparent ones, by madvise), so that reaching into one at random
/// does not cost a walk through page tables; ordinary pages elsewhere. Throws std::bad_alloc.
template <class Element>
struct HugePageAllocator {
    using value_type = Element;

    HugePageAllocator() = default;

    template <class Other>
    explicit HugePageAllocator(const HugePageAllocator<Other>& /*unused*/) noexcept {}

    [[nodiscard]] Element* allocate(size_t n) {
        const size_t size = n * sizeof(Element);
        void* memory = ::operator new(size, alignment(size));
        if (size >= kPage) {
            // A kernel that cannot, or will not, changes nothing.
            madvise(memory, size, MADV_HUGEPAGE);
        }
        return static_cast<Element*>(memory);
    }

    void deallocate(Element* memory, size_t n) noexcept {
        ::operator delete(memory, alignment(n * sizeof(Element)));
    }

    friend bool operator==(const HugePageAllocator&, const HugePageAllocator&) = default;

  private:
    /// Of x86-64, and of arm64 with ordinary pages of 4 KiB. Less is not worth it.
    static constexpr size_t kPage = size_t{2} << 20;

    static constexpr std::align_val_t alignment(size_t size_bytes) noexcept {
        return std::align_val_t{size_bytes >= kPage ? kPage : alignof(Element)};
    }
};

template <class Element>
using HugeVector = std::vector<Element, HugePageAllocator<Element>>;

}  // namespace egret::api
