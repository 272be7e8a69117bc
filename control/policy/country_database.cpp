// SPDX-License-Identifier: Apache-2.0
#include "control/policy/country_database.hpp"

#include "control/policy/mmdb_metadata.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <maxminddb.h>
#include <netinet/in.h>
#include <string_view>

namespace egret::control {
namespace {

/// The library takes addresses in the socket interface's form.
union SocketAddress {
    sockaddr any;
    sockaddr_in ipv4;
    sockaddr_in6 ipv6;
};

SocketAddress socket_address(const api::IpAddress& address) {
    SocketAddress socket{};
    if (address.family == api::Family::ipv4) {
        socket.ipv4.sin_family = AF_INET;
        std::memcpy(&socket.ipv4.sin_addr, address.bytes.data(), 4);
    } else {
        socket.ipv6.sin6_family = AF_INET6;
        std::memcpy(&socket.ipv6.sin6_addr, address.bytes.data(), 16);
    }
    return socket;
}

/// Where databases keep the country a client is in, before the one its network is registered in.
constexpr std::array<std::array<const char*, 3>, 2> kPaths{{
    {"country", "iso_code", nullptr},
    {"registered_country", "iso_code", nullptr},
}};

bool is_code(std::string_view text) {
    return text.size() == 2 &&
           std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string country_of(MMDB_entry_s& entry) {
    for (const auto& path : kPaths) {
        MMDB_entry_data_s data;
        const int status = MMDB_aget_value(&entry, &data, path.data());
        if (status == MMDB_SUCCESS && data.has_data && data.type == MMDB_DATA_TYPE_UTF8_STRING) {
            const std::string_view code(data.utf8_string, data.data_size);
            if (is_code(code)) {
                return std::string(code);
            }
        }
    }
    return {};
}

/// What the library must not see.
std::string complaint_about(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const auto end = static_cast<std::streamoff>(file.tellg());
    if (!file || end < 0) {
        return "it cannot be read";
    }
    const auto file_bytes = static_cast<uint64_t>(end);
    std::string tail(std::min(file_bytes, kMaxMmdbMetadataBytes), '\0');
    file.seekg(end - static_cast<std::streamoff>(tail.size()));
    if (!file.read(tail.data(), static_cast<std::streamsize>(tail.size()))) {
        return "it cannot be read";
    }
    return mmdb_metadata_complaint(tail, file_bytes);
}

/// The library counts from the root of a tree of IPv6 where the database has one.
uint8_t length_of(const MMDB_s& database, uint16_t netmask, api::Family family) {
    const bool is_mapped = family == api::Family::ipv4 && database.metadata.ip_version == 6;
    const int length = is_mapped ? netmask - 96 : netmask;
    return static_cast<uint8_t>(std::clamp(length, 0, 128));
}

}  // namespace

CountryDatabase::CountryDatabase(std::unique_ptr<MMDB_s> database)
    : database_(std::move(database)) {}

CountryDatabase::~CountryDatabase() {
    MMDB_close(database_.get());
}

tl::expected<std::shared_ptr<const CountryDatabase>, std::string> CountryDatabase::open(
    const std::string& path
) {
    if (const std::string complaint = complaint_about(path); !complaint.empty()) {
        return tl::unexpected(fmt::format("{} is no usable country database: {}", path, complaint));
    }
    auto database = std::make_unique<MMDB_s>();
    const int status = MMDB_open(path.c_str(), MMDB_MODE_MMAP, database.get());
    if (status != MMDB_SUCCESS) {
        return tl::unexpected(
            fmt::format("{} is no usable country database: {}", path, MMDB_strerror(status))
        );
    }
    return std::shared_ptr<const CountryDatabase>(new CountryDatabase(std::move(database)));
}

CountryDatabase::Answer CountryDatabase::look_up(const api::IpAddress& address) const {
    if (!address.present()) {
        return {};
    }
    const SocketAddress socket = socket_address(address);
    int error = MMDB_SUCCESS;
    MMDB_lookup_result_s found = MMDB_lookup_sockaddr(database_.get(), &socket.any, &error);
    if (error != MMDB_SUCCESS) {
        return {};
    }
    Answer answer;
    answer.network_length = length_of(*database_, found.netmask, address.family);
    if (found.found_entry) {
        answer.country = country_of(found.entry);
    }
    return answer;
}

}  // namespace egret::control
