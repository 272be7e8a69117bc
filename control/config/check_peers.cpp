// SPDX-License-Identifier: Apache-2.0
#include "control/config/cross_check.hpp"
#include "control/config/inner_mtu.hpp"

#include <egret/crypto/aead.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace egret::control {
namespace {

/// A key names its peer, so it can have one only: the next one too.
void check_public_keys(const Config& config, Findings& findings) {
    std::map<crypto::PublicKey, const PeerSection*> first_with;
    const auto check = [&](const PeerSection& peer, const auto& key, std::string_view name) {
        if (!key.stated()) {
            return;
        }
        const auto [first, is_new] = first_with.try_emplace(*key, &peer);
        if (!is_new) {
            const std::string complaint =
                first->second == &peer
                    ? std::string("is the same as public_key")
                    : fmt::format("peer \"{}\" has the same key", *first->second->name);
            findings.error(key.at, name, complaint);
        }
    };
    for (const PeerSection& peer : config.peers) {
        check(peer, peer.public_key, "peer.public_key");
        check(peer, peer.next_public_key, "peer.next_public_key");
    }
}

void check_suites(const Config& config, Findings& findings) {
    for (const PeerSection& peer : config.peers) {
        if (peer.suite.stated() && !crypto::sodium_backend(*peer.suite).available()) {
            findings.error(
                peer.suite.at,
                "peer.suite",
                "this processor lacks the AES instructions it needs"
            );
        }
    }
}

struct RegisteredOrigin {
    Located<api::Prefix> prefix;
    const PeerSection* peer;
};

void check_overlap(
    const RegisteredOrigin& outer,
    const RegisteredOrigin& inner,
    Findings& findings
) {
    if (outer.peer == inner.peer ||
        (*outer.prefix == *inner.prefix && *outer.peer->site == *inner.peer->site)) {
        return;
    }
    const auto& [first, second] = outer.prefix.at.line < inner.prefix.at.line
                                      ? std::tie(outer, inner)
                                      : std::tie(inner, outer);
    findings.error(
        second.prefix.at,
        "peer.origins",
        fmt::format(
            "{} overlaps {} of peer \"{}\": only peers of one site may share origins, and then "
            "equal ones",
            api::to_text(*second.prefix),
            api::to_text(*first.prefix),
            *first.peer->name
        )
    );
}

/// Design section 7. Sorted, a prefix follows those that cover it, so one pass with a stack finds
/// every overlap.
void check_origins(const Config& config, Findings& findings) {
    std::vector<RegisteredOrigin> origins;
    for (const PeerSection& peer : config.peers) {
        for (const Located<api::Prefix>& prefix : peer.origins) {
            origins.push_back({prefix, &peer});
        }
    }
    std::ranges::stable_sort(origins, {}, [](const RegisteredOrigin& o) { return *o.prefix; });
    std::vector<const RegisteredOrigin*> covering;
    for (const RegisteredOrigin& origin : origins) {
        while (!covering.empty() && !api::covers(*covering.back()->prefix, *origin.prefix)) {
            covering.pop_back();
        }
        for (const RegisteredOrigin* outer : covering) {
            check_overlap(*outer, origin, findings);
        }
        covering.push_back(&origin);
    }
}

/// The smallest that fits over the inner families the peer's traffic has.
uint16_t largest_common_mtu(const Config& config, const PeerSection& peer) {
    bool has_ipv4 = config.egress.ipv4.stated();
    bool has_ipv6 = !config.egress.ipv6.empty();
    for (const Located<api::Prefix>& origin : peer.origins) {
        has_ipv4 = has_ipv4 || origin->address.family == api::Family::ipv4;
        has_ipv6 = has_ipv6 || origin->address.family == api::Family::ipv6;
    }
    const InnerMtu largest = largest_inner_mtu(config, peer);
    return has_ipv4 && !has_ipv6 ? largest.ipv4 : std::min(largest.ipv4, largest.ipv6);
}

void check_mtu(const Config& config, Findings& findings) {
    if (!config.tunnel.mtu_bytes.stated() || config.peers.empty()) {
        return;
    }
    const auto tightest = std::ranges::min_element(config.peers, {}, [&](const PeerSection& peer) {
        return largest_common_mtu(config, peer);
    });
    const uint16_t largest = largest_common_mtu(config, *tightest);
    if (*config.tunnel.mtu_bytes > largest) {
        findings.error(
            config.tunnel.mtu_bytes.at,
            "tunnel.mtu",
            fmt::format(
                "{} is too large for the outside port: the largest that fits to peer \"{}\" is {}",
                *config.tunnel.mtu_bytes,
                *tightest->name,
                largest
            )
        );
    }
}

}  // namespace

void check_peers(const Config& config, Findings& findings) {
    check_public_keys(config, findings);
    check_suites(config, findings);
    check_mtu(config, findings);
    if (*config.node.role == api::Role::edge) {
        check_origins(config, findings);
    }
}

}  // namespace egret::control
