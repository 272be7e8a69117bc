// SPDX-License-Identifier: Apache-2.0
#include "control/segments/overlaps.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

namespace egret::control {
namespace {

/// Somebody who exports thousands of segments with one destination has other troubles than this.
constexpr size_t kMaxHolders = 64;

using Holders = std::vector<uint32_t>;

bool share_any(const PortRanges& a, const PortRanges& b) {
    for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        if (a[i].last < b[j].first) {
            ++i;
        } else if (b[j].last < a[i].first) {
            ++j;
        } else {
            return true;
        }
    }
    return false;
}

class OverlapFinder {
  public:
    explicit OverlapFinder(const std::vector<ApplicationSegment>& segments)
        : segments_(segments) {
        for (uint32_t i = 0; i < segments.size(); ++i) {
            for (const api::Prefix& prefix : segments[i].prefixes) {
                hold(api::to_text(prefix), i);
                lengths_[prefix.address.family].insert(prefix.length);
            }
            for (const std::string& domain : segments[i].domains) {
                hold(domain, i);
            }
        }
    }

    std::vector<Overlap> find() {
        for (uint32_t i = 0; i < segments_.size(); ++i) {
            for (const api::Prefix& prefix : segments_[i].prefixes) {
                look_up(i, prefix);
            }
            for (const std::string& domain : segments_[i].domains) {
                look_up(i, domain);
            }
        }
        std::vector<Overlap> overlaps;
        overlaps.reserve(found_.size());
        for (const auto& [pair, entry] : found_) {
            const auto& [inner, outer, is_within] = pair;
            overlaps.push_back({inner, outer, entry, is_within});
        }
        return overlaps;
    }

  private:
    void hold(const std::string& key, uint32_t segment) {
        Holders& holders = holders_[key];
        if (holders.size() < kMaxHolders) {
            holders.push_back(segment);
        }
    }

    void look_up(uint32_t segment, const api::Prefix& prefix) {
        const std::string entry = api::to_text(prefix);
        for (const uint8_t length : lengths_[prefix.address.family]) {
            if (length < prefix.length) {
                compare(segment, entry, api::to_text(api::masked({prefix.address, length})));
            }
        }
        compare(segment, entry, entry);
    }

    void look_up(uint32_t segment, const std::string& domain) {
        compare(segment, domain, domain);
        const size_t start = domain.starts_with("*.") ? 2 : 0;
        for (size_t dot = domain.find('.', start); dot != std::string::npos;
             dot = domain.find('.', dot + 1)) {
            compare(segment, domain, "*" + domain.substr(dot));
        }
        if (domain != "*") {
            compare(segment, domain, "*");
        }
    }

    void compare(uint32_t segment, const std::string& entry, const std::string& outer) {
        const auto holders = holders_.find(outer);
        if (holders == holders_.end()) {
            return;
        }
        const bool is_within = outer != entry;
        for (const uint32_t other : holders->second) {
            const bool is_pair = is_within ? other != segment : other > segment;
            if (is_pair && share_ports(segment, other)) {
                found_.try_emplace({segment, other, is_within}, entry);
            }
        }
    }

    bool share_ports(uint32_t a, uint32_t b) {
        const uint64_t pair = uint64_t{std::min(a, b)} << 32 | std::max(a, b);
        const auto [known, is_new] = shares_.try_emplace(pair, false);
        if (is_new) {
            const PortSet& of_a = segments_[a].ports;
            const PortSet& of_b = segments_[b].ports;
            known->second = share_any(of_a.tcp, of_b.tcp) || share_any(of_a.udp, of_b.udp);
        }
        return known->second;
    }

    const std::vector<ApplicationSegment>& segments_;
    std::unordered_map<std::string, Holders> holders_;  ///< by entry
    std::map<api::Family, std::set<uint8_t>> lengths_;
    std::unordered_map<uint64_t, bool> shares_;  ///< whether two segments share a port
    std::map<std::tuple<uint32_t, uint32_t, bool>, std::string> found_;
};

}  // namespace

std::vector<Overlap> find_overlaps(const std::vector<ApplicationSegment>& segments) {
    return OverlapFinder(segments).find();
}

}  // namespace egret::control
