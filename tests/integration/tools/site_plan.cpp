// SPDX-License-Identifier: Apache-2.0
#include "site_plan.hpp"

#include <egret/crypto/key_text.hpp>
#include <egret/crypto/random.hpp>

#include <utility>

namespace egret::test {

SitePlan::SitePlan(uint32_t n_sites, uint8_t seed) {
    crypto::Random::Seed bytes;
    bytes.writable()[0] = std::byte{seed};
    crypto::Random random = crypto::Random::seeded(std::move(bytes));
    keys_.reserve(n_sites);
    for (uint32_t site = 0; site < n_sites; ++site) {
        keys_.push_back(crypto::KeyPair::generate(random));
    }
}

api::IpAddress SitePlan::egress(uint32_t site) {
    // .0.0 is left out.
    const uint32_t number = site + 1;
    return {
        api::Family::ipv4,
        {198, 19, static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)},
    };
}

std::string SitePlan::peer_sections(crypto::Suite suite) const {
    std::string text;
    for (uint32_t site = 0; site < size(); ++site) {
        text += "[[peer]]\nname = \"site-" + std::to_string(site) + "\"\npublic_key = \"";
        text += crypto::key_text(keys_[site].public_key).view();
        text += "\"\norigins = [\"" + api::to_text(egress(site)) + "/32\"]\n";
        if (suite == crypto::Suite::aes256gcm) {
            text += "suite = \"aes256gcm\"\n";
        }
    }
    return text;
}

}  // namespace egret::test
