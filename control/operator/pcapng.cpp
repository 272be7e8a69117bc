// SPDX-License-Identifier: Apache-2.0
#include "control/operator/pcapng.hpp"

#include <type_traits>

namespace egret::control {
namespace {

// Block types and option codes of draft-ietf-opsawg-pcapng, sections 4.1 to 4.3.
constexpr uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr uint32_t kInterfaceDescription = 1;
constexpr uint32_t kEnhancedPacket = 6;
constexpr uint16_t kLinkEthernet = 1;
constexpr uint16_t kOptionEnd = 0;
constexpr uint16_t kShbUserAppl = 4;
constexpr uint16_t kIfName = 2;
constexpr uint16_t kIfTsresol = 9;
constexpr uint16_t kEpbFlags = 2;
constexpr uint16_t kEpbDropcount = 4;

/// if_tsresol: times in units of 10^-9 s.
constexpr char kNanoseconds = 9;

/// epb_flags, bits 0 and 1: the direction.
constexpr uint32_t kInbound = 1;
constexpr uint32_t kOutbound = 2;

template <class Number>
void append(std::string& block, Number number) {
    static_assert(std::is_integral_v<Number>);
    block.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

void pad(std::string& block) {
    constexpr size_t kWord = 4;
    block.append((kWord - block.size() % kWord) % kWord, '\0');
}

void append_option(std::string& block, uint16_t code, std::string_view value) {
    append(block, code);
    append(block, static_cast<uint16_t>(value.size()));
    block += value;
    pad(block);
}

template <class Number>
void append_number_option(std::string& block, uint16_t code, Number number) {
    append_option(block, code, {reinterpret_cast<const char*>(&number), sizeof(number)});
}

/// Type and total length in front, the length again behind.
std::string framed(uint32_t type, std::string body) {
    append_option(body, kOptionEnd, {});
    constexpr size_t kFrame = 3 * sizeof(uint32_t);
    const auto size = static_cast<uint32_t>(body.size() + kFrame);
    std::string block;
    append(block, type);
    append(block, size);
    block += body;
    append(block, size);
    return block;
}

}  // namespace

std::string pcapng_head(std::string_view interface, uint32_t snap_bytes) {
    constexpr uint16_t kMajor = 1;
    constexpr uint16_t kMinor = 0;
    constexpr int64_t kUnknownLength = -1;
    std::string section;
    append(section, kByteOrderMagic);
    append(section, kMajor);
    append(section, kMinor);
    append(section, kUnknownLength);
    append_option(section, kShbUserAppl, "egret capture");

    std::string description;
    append(description, kLinkEthernet);
    append(description, uint16_t{0});
    append(description, snap_bytes);
    append_option(description, kIfName, interface);
    append_option(description, kIfTsresol, {&kNanoseconds, 1});
    return framed(kSectionHeader, section) + framed(kInterfaceDescription, description);
}

std::string pcapng_packet(const CapturedBytes& frame) {
    constexpr unsigned kHalf = 32;
    std::string body;
    append(body, uint32_t{0});  // the only interface
    append(body, static_cast<uint32_t>(frame.unix_ns >> kHalf));
    append(body, static_cast<uint32_t>(frame.unix_ns));
    append(body, static_cast<uint32_t>(frame.bytes.size()));
    append(body, frame.frame_bytes);
    body.append(reinterpret_cast<const char*>(frame.bytes.data()), frame.bytes.size());
    pad(body);
    append_number_option(body, kEpbFlags, frame.is_sent ? kOutbound : kInbound);
    if (frame.n_missed != 0) {
        append_number_option(body, kEpbDropcount, uint64_t{frame.n_missed});
    }
    return framed(kEnhancedPacket, body);
}

}  // namespace egret::control
