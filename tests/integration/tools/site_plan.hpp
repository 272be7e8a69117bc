// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>
#include <egret/crypto/aead.hpp>
#include <egret/crypto/x25519.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace egret::test {

/// The simulated sites of one run: the same for the same seed, so that an edge's configuration and the process that plays
/// the sites can be made apart. Site `n` has the egress address 198.19.0.0 + n, out of the range for benchmarks (RFC 2544);
/// its tunnel's datagrams come from there too.
class SitePlan {
  public:
    static constexpr uint32_t kMaxSites = 65'535;

    SitePlan(uint32_t n_sites, uint8_t seed);

    [[nodiscard]] uint32_t size() const noexcept { return static_cast<uint32_t>(keys_.size()); }

    [[nodiscard]] crypto::KeyPair key(uint32_t site) const { return keys_[site].copy(); }

    [[nodiscard]] static api::IpAddress egress(uint32_t site);

    /// The [[peer]] sections of an edge that knows every site.
    [[nodiscard]] std::string peer_sections(crypto::Suite suite) const;

  private:
    std::vector<crypto::KeyPair> keys_;
};

}  // namespace egret::test
