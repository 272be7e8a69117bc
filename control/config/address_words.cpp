// SPDX-License-Identifier: Apache-2.0
#include "control/config/address_words.hpp"

namespace egret::control {
namespace {

uint64_t bytes_to_number(const uint8_t* bytes, size_t count) noexcept {
    uint64_t number = 0;
    for (size_t i = 0; i < count; ++i) {
        number = number << 8 | bytes[i];
    }
    return number;
}

void number_to_bytes(uint64_t number, uint8_t* bytes, size_t count) noexcept {
    for (size_t i = count; i-- > 0; number >>= 8) {
        bytes[i] = static_cast<uint8_t>(number);
    }
}

/// The lowest `count` bits set; up to 64.
constexpr uint64_t low_bits(uint32_t count) noexcept {
    return count >= 64 ? UINT64_MAX : (uint64_t{1} << count) - 1;
}

}  // namespace

template <>
uint32_t word_of<uint32_t>(const api::IpAddress& address) noexcept {
    return static_cast<uint32_t>(bytes_to_number(address.bytes.data(), 4));
}

template <>
Wide word_of<Wide>(const api::IpAddress& address) noexcept {
    return {bytes_to_number(address.bytes.data(), 8), bytes_to_number(address.bytes.data() + 8, 8)};
}

api::IpAddress address_of(uint32_t word) noexcept {
    api::IpAddress address{api::Family::ipv4, {}};
    number_to_bytes(word, address.bytes.data(), 4);
    return address;
}

api::IpAddress address_of(const Wide& word) noexcept {
    api::IpAddress address{api::Family::ipv6, {}};
    number_to_bytes(word.high, address.bytes.data(), 8);
    number_to_bytes(word.low, address.bytes.data() + 8, 8);
    return address;
}

uint32_t last_of(uint32_t network, uint32_t length) noexcept {
    return network | static_cast<uint32_t>(low_bits(32 - length));
}

Wide last_of(const Wide& network, uint32_t length) noexcept {
    return {
        network.high | (length < 64 ? low_bits(64 - length) : 0),
        network.low | (length < 64 ? UINT64_MAX : low_bits(128 - length))};
}

}  // namespace egret::control
