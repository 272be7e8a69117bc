// SPDX-License-Identifier: Apache-2.0
#include "comparison.hpp"

#include "stages/parse.hpp"
#include "stages/wire.hpp"

#include <algorithm>
#include <vector>

namespace egret::replay {
namespace {

constexpr size_t kMacs = 12;

void blank(std::vector<uint8_t>& bytes, size_t offset, size_t size) {
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), size, uint8_t{0});
}

/// Blanks the MSS option wherever it stands; other options stay.
void blank_mss(std::vector<uint8_t>& bytes, const PacketMeta& meta) {
    const size_t end = std::min<size_t>(
        meta.l4_offset + (bytes[meta.l4_offset + 12U] >> 4) * size_t{4},
        meta.l3_offset + size_t{meta.ip_size}
    );
    for (size_t at = meta.l4_offset + size_t{wire::kTcpSize}; at + 1 < end;) {
        if (bytes[at] == 1) {  // padding
            ++at;
            continue;
        }
        if (bytes[at] == 0 || bytes[at + 1] < 2 || at + bytes[at + 1] > end) {
            return;
        }
        if (bytes[at] == 2 && bytes[at + 1] == 4) {
            blank(bytes, at + 2, 2);
            return;
        }
        at += bytes[at + 1];
    }
}

/// The frame with everything that may differ blanked.
std::vector<uint8_t> comparable(std::span<const uint8_t> frame) {
    std::vector<uint8_t> bytes(frame.begin(), frame.end());
    PacketMeta meta;
    parse_frame(frame, meta);
    if (bytes.size() >= kMacs) {
        blank(bytes, 0, kMacs);
    }
    if (meta.family == api::Family::none || meta.kind == PacketKind::malformed) {
        return bytes;
    }
    bytes.resize(meta.l3_offset + size_t{meta.ip_size});
    if (meta.family == api::Family::ipv4) {
        blank(bytes, meta.l3_offset + 8U, 1);
        blank(bytes, meta.l3_offset + size_t{wire::kIpv4Checksum}, 2);
    } else {
        blank(bytes, meta.l3_offset + 7U, 1);
    }
    if (meta.kind == PacketKind::transport && (meta.tcp_flags & wire::kTcpSyn) != 0) {
        blank(bytes, meta.l4_offset + size_t{wire::kTcpChecksum}, 2);
        blank_mss(bytes, meta);
    }
    return bytes;
}

}  // namespace

std::optional<size_t>
first_difference(std::span<const uint8_t> recorded, std::span<const uint8_t> returned) {
    const bool long_enough = recorded.size() >= kMacs && returned.size() >= kMacs;
    if (long_enough && std::ranges::equal(recorded.subspan(kMacs), returned.subspan(kMacs))) {
        return std::nullopt;  // the common case, without copies
    }
    const std::vector<uint8_t> a = comparable(recorded);
    const std::vector<uint8_t> b = comparable(returned);
    const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (in_a == a.end() && in_b == b.end()) {
        return std::nullopt;
    }
    return static_cast<size_t>(in_a - a.begin());
}

}  // namespace egret::replay
