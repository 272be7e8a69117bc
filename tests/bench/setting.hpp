// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/aead_choice.hpp>
#include <egret/api/address.hpp>
#include <egret/api/sessions.hpp>
#include <egret/api/tables.hpp>
#include <egret/node.hpp>

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace egret::bench {

/// What a branch and an edge are configured with for one series of measurements.
struct Setting {
    /// What seals and opens; decides the suite.
    const crypto::AeadBackend* backend = &crypto::sodium_backend(crypto::Suite::wireguard);
    int outer = 4;  ///< family of the outer packets
    uint32_t n_prefixes = 100;

    [[nodiscard]] crypto::Suite suite() const noexcept { return backend->suite; }

    /// For NodeOptions.
    [[nodiscard]] AeadBackends aead() const noexcept {
        AeadBackends both = NodeOptions{}.aead;
        both[static_cast<size_t>(suite())] = backend;
        return both;
    }
};

// Addresses both configurations and the packets agree on, in host byte order.
inline constexpr uint32_t kEgress = 0xcb007107;  // 203.0.113.7
inline constexpr uint16_t kServicePort = 443;

/// Prefix `i` of a list of `n`: /24s at equal distances over a third of IPv4, so that no two lie side by side and could be
/// merged.
[[nodiscard]] api::Prefix list_prefix(uint32_t i, uint32_t n) noexcept;

/// A folder for configurations and lists, removed with the object.
class Folder {
  public:
    /// Ends the process where no temporary folder can be made.
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    /// Writes the TOML file of one node and its list; returns the path of the TOML.
    [[nodiscard]] std::filesystem::path write(api::Role role, const Setting& setting) const;

  private:
    std::filesystem::path path_;
};

/// Compiles the TOML file with the code `egret check` uses. Error: what that would say.
[[nodiscard]] tl::expected<api::Tables, std::string> compile(const std::filesystem::path& toml);

/// Both nodes' configurations.
struct TablesPair {
    api::Tables branch;
    api::Tables edge;
};

[[nodiscard]] tl::expected<TablesPair, std::string> compile_pair(const Setting& setting);

/// Both ends of one session, as two handshakes would have installed it: the branch's, the edge's.
[[nodiscard]] std::array<api::SessionInstall, 2>
make_sessions(const Setting& setting, uint64_t now_ns);

}  // namespace egret::bench
