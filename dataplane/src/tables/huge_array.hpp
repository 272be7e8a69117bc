// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <sys/mman.h>
#include <type_traits>
#include <utility>

namespace egret {

/// A fixed array on huge pages where the kernel gives them (transparent ones, by madvise), so that reaching into it at random
/// does not cost a walk through page tables; on ordinary pages elsewhere. Move-only. Throws std::bad_alloc.
template <class Element>
class HugeArray {
  public:
    HugeArray() = default;

    /// `size` default-constructed elements.
    explicit HugeArray(size_t size)
        : size_(size),
          elements_(size == 0 ? nullptr : allocate(size)) {
        std::uninitialized_default_construct_n(elements_, size);
    }

    HugeArray(HugeArray&& other) noexcept
        : size_(std::exchange(other.size_, 0)),
          elements_(std::exchange(other.elements_, nullptr)) {}

    HugeArray& operator=(HugeArray&& other) noexcept {
        std::swap(size_, other.size_);
        std::swap(elements_, other.elements_);
        return *this;
    }

    HugeArray(const HugeArray&) = delete;
    HugeArray& operator=(const HugeArray&) = delete;

    ~HugeArray() {
        static_assert(std::is_trivially_destructible_v<Element>);
        ::operator delete[](elements_, kPage);
    }

    [[nodiscard]] Element& operator[](size_t i) noexcept { return elements_[i]; }

    [[nodiscard]] const Element& operator[](size_t i) const noexcept { return elements_[i]; }

    [[nodiscard]] const Element* data() const noexcept { return elements_; }

  private:
    static constexpr std::align_val_t kPage{
        2U << 20};  // of x86-64, and of arm64 with pages of 4 KiB

    static Element* allocate(size_t size) {
        void* memory = ::operator new[](size * sizeof(Element), kPage);
        // A kernel that cannot, or will not, changes nothing.
        madvise(memory, size * sizeof(Element), MADV_HUGEPAGE);
        return static_cast<Element*>(memory);
    }

    size_t size_ = 0;
    Element* elements_ = nullptr;
};

}  // namespace egret
