// SPDX-License-Identifier: Apache-2.0
#include "names/hello_assembler.hpp"

#include <algorithm>

namespace egret::names {

HelloAssembler::HelloAssembler(size_t n_streams)
    : streams_(n_streams),
      bytes_(n_streams * kMaxClientHelloSize) {}

HelloStatus HelloAssembler::add(
    uint64_t flow,
    uint32_t sequence,
    std::span<const uint8_t> payload,
    api::ServerName& name
) noexcept {
    if (payload.empty()) {
        return HelloStatus::need_more;
    }
    Stream* stream = find(flow);
    if (stream == nullptr) {
        const HelloStatus status = find_server_name(payload, name);
        if (status == HelloStatus::need_more) {
            start(flow, sequence, payload);
        }
        return status;
    }
    if (!append(*stream, sequence, payload)) {
        stream->taken = 0;
        return HelloStatus::none;
    }
    const HelloStatus status = find_server_name(buffer_of(*stream).first(stream->size_bytes), name);
    if (status != HelloStatus::need_more) {
        stream->taken = 0;
    }
    return status;
}

void HelloAssembler::forget(uint64_t flow) noexcept {
    if (Stream* stream = find(flow)) {
        stream->taken = 0;
    }
}

size_t HelloAssembler::n_held() const noexcept {
    return static_cast<size_t>(std::ranges::count_if(streams_, [](const Stream& stream) {
        return stream.taken != 0;
    }));
}

/// A few hundred entries, seen only by flows that still lack their answer: walking them beats keeping an index.
HelloAssembler::Stream* HelloAssembler::find(uint64_t flow) noexcept {
    const auto found = std::ranges::find_if(streams_, [flow](const Stream& stream) {
        return stream.flow == flow && stream.taken != 0;
    });
    return found == streams_.end() ? nullptr : &*found;
}

std::span<uint8_t> HelloAssembler::buffer_of(const Stream& stream) noexcept {
    const auto index = static_cast<size_t>(&stream - streams_.data());
    return std::span{bytes_}.subspan(index * kMaxClientHelloSize, kMaxClientHelloSize);
}

/// Adds what is new in `payload` behind what is held. False on a gap and where both say something else.
bool HelloAssembler::append(
    Stream& stream,
    uint32_t sequence,
    std::span<const uint8_t> payload
) noexcept {
    // Sequence numbers are compared modulo 2^32 (RFC 9293 section 3.4).
    auto offset = static_cast<int32_t>(sequence - stream.first_sequence);
    if (offset < 0) {
        // Bytes from before the stream: a keep-alive probe repeats the one before (RFC 9293 section 3.8.4).
        const size_t before = std::min(payload.size(), static_cast<size_t>(-int64_t{offset}));
        payload = payload.subspan(before);
        offset = 0;
    }
    const auto start = static_cast<uint32_t>(offset);
    if (start > stream.size_bytes) {
        return false;
    }
    const std::span<uint8_t> buffer = buffer_of(stream);
    const size_t known = std::min<size_t>(payload.size(), stream.size_bytes - start);
    if (!std::ranges::equal(payload.first(known), buffer.subspan(start, known))) {
        return false;
    }
    const std::span<uint8_t> room = buffer.subspan(stream.size_bytes);
    const auto fresh = payload.subspan(known, std::min(payload.size() - known, room.size()));
    std::ranges::copy(fresh, room.begin());
    stream.size_bytes += static_cast<uint32_t>(fresh.size());
    return true;
}

/// Takes a free buffer, or else the one taken longest ago, and puts the start of the stream into it.
void HelloAssembler::start(
    uint64_t flow,
    uint32_t sequence,
    std::span<const uint8_t> payload
) noexcept {
    const auto oldest = std::ranges::min_element(streams_, {}, &Stream::taken);
    if (oldest == streams_.end()) {
        return;
    }
    *oldest = {++n_taken_, flow, sequence, 0};
    (void)append(*oldest, sequence, payload);
}

}  // namespace egret::names
