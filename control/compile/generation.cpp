// SPDX-License-Identifier: Apache-2.0
#include "control/compile/generation.hpp"

#include "control/compile/check_segments.hpp"
#include "control/config/load.hpp"
#include "control/lists/load_lists.hpp"

#include <algorithm>

namespace egret::control {
namespace {

void add_public_key(const Secrets& secrets, api::Tables& tables) {
    if (!secrets.identity) {
        return;
    }
    std::ranges::transform(
        secrets.identity->public_key.bytes,
        tables.public_key.begin(),
        [](std::byte byte) { return std::to_integer<uint8_t>(byte); }
    );
}

/// A peer that is this node: the tunnel would lead nowhere.
void check_not_self(const Config& config, const Secrets& secrets, Findings& findings) {
    for (const PeerSection& peer : config.peers) {
        if (secrets.identity && secrets.identity->public_key == *peer.public_key) {
            findings.error(peer.public_key.at, "peer.public_key", "is this node's own key");
        }
    }
}

std::optional<Generation>
build(std::optional<Config> config, const LoadOptions& options, Findings& findings) {
    if (!config) {
        return std::nullopt;
    }
    // Lists and keys are read even if the configuration is wrong: all mistakes come at once.
    std::vector<List> lists = load_lists(*config, findings);
    Secrets secrets;
    if (!options.ignores_keys) {
        secrets = load_secrets(
            *config,
            {.required = options.needs_keys, .closed = options.wants_closed_keys},
            findings
        );
    }
    check_not_self(*config, secrets, findings);
    if (findings.has_errors()) {
        return std::nullopt;
    }
    check_segments(*config, lists, findings);
    std::optional<api::Tables> tables = compile_tables(*config, lists, findings);
    if (!tables) {
        return std::nullopt;
    }
    add_public_key(secrets, *tables);
    Provenance provenance(*config, lists);
    return Generation{
        std::move(*config),
        std::move(lists),
        std::move(*tables),
        std::move(provenance),
        std::move(secrets)};
}

LoadResult finish(std::optional<Generation> generation, Findings& findings) {
    findings.sort();
    return {findings.all(), std::move(generation)};
}

}  // namespace

LoadResult load_generation(const std::filesystem::path& path, const LoadOptions& options) {
    Findings findings(path.string());
    return finish(build(load_config(path, findings), options, findings), findings);
}

LoadResult load_generation(const ConfigText& text, const LoadOptions& options) {
    Findings findings(text.name);
    return finish(build(parse_config(text.toml, text.base, findings), options, findings), findings);
}

}  // namespace egret::control
