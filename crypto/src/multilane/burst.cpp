// SPDX-License-Identifier: Apache-2.0
#include "burst.hpp"

#include <egret/crypto/secret.hpp>

#include <cstring>

namespace egret::crypto::multilane {

namespace {

/// More than any kernel keeps on its stack (keys, states, powers of r), by GCC 12 with -fstack-usage.
constexpr size_t kKernelStackBytes = 15360;

/// What a pass works with beside the messages; wiped when it ends, with what the kernels left below on the stack.
struct Pass {
    Pass() = default;
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

    ~Pass() {
        wipe(std::as_writable_bytes(std::span(one_time_keys.words)));
        wipe_stack_below();
    }

    OneTimeKeys one_time_keys;
    std::array<Tag, kMaxMessages> tags;

  private:
    [[gnu::noinline]] static void wipe_stack_below() noexcept {
        std::array<std::byte, kKernelStackBytes> frame;
        wipe(frame);
    }
};

/// Those with more blocks first. Bursts of one size are sorted already.
Order by_length(std::span<const Message> messages) noexcept {
    Order order;
    std::array<uint32_t, kMaxMessages> blocks;
    for (size_t i = 0; i < messages.size(); ++i) {
        const uint32_t own = auth_blocks(messages[i]);
        size_t place = order.count++;
        for (; place > 0 && blocks[place - 1] < own; --place) {
            blocks[place] = blocks[place - 1];
            order.indices[place] = order.indices[place - 1];
        }
        blocks[place] = own;
        order.indices[place] = static_cast<uint8_t>(i);
    }
    return order;
}

std::span<const uint8_t> view(const Order& order) noexcept {
    return {order.indices.data(), order.count};
}

Tag tag_behind(const Message& message) noexcept {
    Tag tag;
    std::memcpy(tag.data(), message.text + message.size_bytes, sizeof(tag));
    return tag;
}

/// The one place where the program's course depends on something secret: whether a tag was right, which whoever sent
/// the message learns anyway. tests/constant_time excepts this function by name, so it must stay one.
[[gnu::noinline]] bool is_authentic(const Tag& computed, const Tag& received) noexcept {
    const uint64_t difference = (computed[0] ^ received[0]) | (computed[1] ^ received[1]);
    if (difference != 0) {
        // Keeps the compiler from handing on a flag made of secrets in place of a branch.
        asm volatile("");
        return false;
    }
    return true;
}

}  // namespace

void seal(const Kernels& kernels, std::span<const Message> messages) noexcept {
    Pass pass;
    const Order order = by_length(messages);
    kernels.keystream({messages.data(), view(order), view(order), pass.one_time_keys});
    kernels.tags({messages.data(), view(order), pass.one_time_keys, pass.tags});
    for (size_t i = 0; i < messages.size(); ++i) {
        std::memcpy(messages[i].text + messages[i].size_bytes, pass.tags[i].data(), sizeof(Tag));
    }
}

void open(const Kernels& kernels, std::span<const Message> messages, std::span<bool> ok) noexcept {
    Pass pass;
    const Order order = by_length(messages);
    kernels.keystream({messages.data(), view(order), {}, pass.one_time_keys});
    kernels.tags({messages.data(), view(order), pass.one_time_keys, pass.tags});
    Order authentic;
    for (size_t i = 0; i < messages.size(); ++i) {
        ok[i] = is_authentic(pass.tags[i], tag_behind(messages[i]));
        if (ok[i]) {
            authentic.indices[authentic.count++] = static_cast<uint8_t>(i);
        }
    }
    kernels.keystream({messages.data(), {}, view(authentic), pass.one_time_keys});
}

}  // namespace egret::crypto::multilane
