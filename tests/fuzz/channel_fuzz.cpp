// SPDX-License-Identifier: Apache-2.0
#include "fuzz_check.hpp"

#include <egret/api/channel.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <sys/socket.h>

using namespace egret::api;
using egret::test::require;

/// Sends the input as one message, as a process with the right to connect could.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::array<int, 2> ends{};
    require(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) == 0);
    const Descriptor sender(ends[0]);
    Channel receiver{Descriptor(ends[1])};
    if (send(sender.get(), data, size, MSG_DONTWAIT) < 0) {
        return 0;  // larger than a socket takes
    }
    static Message message;
    const ChannelStatus status = receiver.receive(message);
    require(receiver.open() == (status == ChannelStatus::ok));
    if (status != ChannelStatus::ok) {
        require(size == 0 || !receiver.why().empty());
        return 0;
    }
    require(size == sizeof(MessageHeader) + body_size(message.header.type));
    require(message.header.size_bytes == size && message.header.version == kVersion);
    require(std::ranges::equal(
        std::as_bytes(std::span(data, size)),
        std::span(message.bytes).first(size)
    ));
    require(receiver.receive(message) == ChannelStatus::nothing);
    return 0;
}
