// SPDX-License-Identifier: Apache-2.0
#include "control/compile/generation.hpp"

#include "control/compile/check_segments.hpp"
#include "control/compile/rules_in_force.hpp"
#include "control/config/load.hpp"
#include "control/policy/country_database.hpp"

#include <bit>
#include <string_view>

namespace egret::control {
namespace {

void add_public_keys(const Secrets& secrets, api::Tables& tables) {
    if (secrets.identity) {
        tables.public_key =
            std::bit_cast<decltype(tables.public_key)>(secrets.identity->public_key.bytes);
    }
    if (secrets.previous_identity) {
        tables.previous_public_key =
            std::bit_cast<decltype(tables.public_key)>(secrets.previous_identity->public_key.bytes);
    }
}

/// A peer that is this node: the tunnel would lead nowhere.
void check_not_self(const Config& config, const Secrets& secrets, Findings& findings) {
    const auto check = [&](const Located<crypto::PublicKey>& key, std::string_view name) {
        for (const auto* own : {&secrets.identity, &secrets.previous_identity}) {
            if (key.stated() && *own && (*own)->public_key == *key) {
                findings.error(key.at, name, "is this node's own key");
            }
        }
    };
    for (const PeerSection& peer : config.peers) {
        check(peer.public_key, "peer.public_key");
        check(peer.next_public_key, "peer.next_public_key");
    }
}

/// An overlap of a key with itself: whoever wrote it has not put the new key in its place yet.
void warn_of_same_keys(const Config& config, const Secrets& secrets, Findings& findings) {
    if (secrets.identity && secrets.previous_identity &&
        secrets.identity->public_key == secrets.previous_identity->public_key) {
        findings.warning(
            config.identity.previous_private_key.at,
            "identity.previous_private_key",
            "holds the same key as private_key"
        );
    }
    for (size_t i = 0; i < secrets.preshared.size(); ++i) {
        if (secrets.previous_preshared[i] == secrets.preshared[i]) {
            findings.warning(
                config.peers[i].previous_preshared_key.at,
                "peer.previous_preshared_key",
                "holds the same key as preshared_key"
            );
        }
    }
}

/// A node runs without the database too: it explains less, and no packet asks it.
std::shared_ptr<const CountryDatabase> open_countries(const Config& config, Findings& findings) {
    if (config.geo.database->empty()) {
        return nullptr;
    }
    auto database = CountryDatabase::open(*config.geo.database);
    if (!database) {
        findings.warning(
            config.geo.database.at,
            "geo.database",
            database.error() + ": every country is unknown"
        );
        return nullptr;
    }
    return std::move(*database);
}

std::optional<Generation>
build(std::optional<Config> config, const LoadOptions& options, Findings& findings) {
    return config ? build_generation(std::move(*config), options, findings) : std::nullopt;
}

LoadResult finish(std::optional<Generation> generation, Findings& findings) {
    findings.sort();
    return {findings.all(), std::move(generation)};
}

}  // namespace

std::optional<Generation>
build_generation(Config config, const LoadOptions& options, Findings& findings) {
    // Lists and keys are read even if the configuration is wrong: all mistakes come at once.
    std::vector<List> lists = load_lists(config, findings, options.lists);
    Secrets secrets;
    if (!options.ignores_keys) {
        secrets = load_secrets(
            config,
            {.required = options.needs_keys, .closed = options.wants_closed_keys},
            findings
        );
    }
    check_not_self(config, secrets, findings);
    warn_of_same_keys(config, secrets, findings);
    if (findings.has_errors()) {
        return std::nullopt;
    }
    check_segments(config, lists, findings);
    mark_rules(config, options.wall_time);
    std::optional<api::Tables> tables = compile_tables(config, lists, findings, options.slots);
    if (!tables) {
        return std::nullopt;
    }
    add_public_keys(secrets, *tables);
    Provenance provenance(config, lists);
    PolicyTable policies(config, open_countries(config, findings));
    return Generation{
        std::move(config),
        std::move(lists),
        std::move(*tables),
        std::move(provenance),
        std::move(policies),
        std::move(secrets)};
}

LoadResult load_generation(const std::filesystem::path& path, const LoadOptions& options) {
    Findings findings(path.string());
    return finish(build(load_config(path, findings), options, findings), findings);
}

LoadResult load_generation(const ConfigText& text, const LoadOptions& options) {
    Findings findings(text.name);
    return finish(build(parse_config(text.toml, text.base, findings), options, findings), findings);
}

}  // namespace egret::control
