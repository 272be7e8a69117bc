// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/reconcile/own_records.hpp"

#include <egret/api/address.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace egret::control {

/// Our records by the address a service saw, and by the one the tunnel came from. Refers to the records.
class AddressBook {
  public:
    explicit AddressBook(const std::vector<OwnSignIn>& records);

    /// The last record up to `until_ns` among those that presented `ip`, else the first behind it; nullptr if none ever did.
    [[nodiscard]] const OwnSignIn* latest(const api::IpAddress& ip, uint64_t until_ns) const;

    /// The same for records whose tunnel came from `ip`.
    [[nodiscard]] const OwnSignIn* latest_outer(const api::IpAddress& ip, uint64_t until_ns) const;

    /// A record that presented another address with the same first three octets, or of the same IPv6 /64; nullptr if none did.
    [[nodiscard]] const OwnSignIn* neighbour(const api::IpAddress& ip, uint64_t until_ns) const;

    [[nodiscard]] bool has_family(api::Family family) const noexcept;

  private:
    using Index = std::map<api::IpAddress, std::vector<const OwnSignIn*>>;  ///< each by time

    Index by_presented_;
    Index by_outer_;
    Index by_network_;
};

}  // namespace egret::control
