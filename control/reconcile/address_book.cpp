// SPDX-License-Identifier: Apache-2.0
#include "control/reconcile/address_book.hpp"

#include <algorithm>

namespace egret::control {
namespace {

/// The network in which one address stands for another: the three octets of the 2018 rule (domain page B19), and the /64 in
/// which an IPv6 host changes its address.
api::IpAddress network_of(const api::IpAddress& ip) {
    const uint8_t length = ip.family == api::Family::ipv4 ? 24 : 64;
    return api::masked(api::Prefix{ip, length}).address;
}

const OwnSignIn* latest_of(
    const std::map<api::IpAddress, std::vector<const OwnSignIn*>>& index,
    const api::IpAddress& ip,
    uint64_t until_ns
) {
    const auto found = index.find(ip);
    if (found == index.end()) {
        return nullptr;
    }
    const std::vector<const OwnSignIn*>& records = found->second;
    const auto after = std::ranges::upper_bound(records, until_ns, {}, &OwnSignIn::time_ns);
    return after == records.begin() ? *after : *(after - 1);
}

}  // namespace

AddressBook::AddressBook(const std::vector<OwnSignIn>& records) {
    for (const OwnSignIn& record : records) {
        by_presented_[record.ip].push_back(&record);
        by_network_[network_of(record.ip)].push_back(&record);
        if (record.outer.present()) {
            by_outer_[record.outer].push_back(&record);
        }
    }
}

const OwnSignIn* AddressBook::latest(const api::IpAddress& ip, uint64_t until_ns) const {
    return latest_of(by_presented_, ip, until_ns);
}

const OwnSignIn* AddressBook::latest_outer(const api::IpAddress& ip, uint64_t until_ns) const {
    return latest_of(by_outer_, ip, until_ns);
}

const OwnSignIn* AddressBook::neighbour(const api::IpAddress& ip, uint64_t until_ns) const {
    return latest_of(by_network_, network_of(ip), until_ns);
}

bool AddressBook::has_family(api::Family family) const noexcept {
    return std::ranges::any_of(by_presented_, [&](const auto& entry) {
        return entry.first.family == family;
    });
}

}  // namespace egret::control
