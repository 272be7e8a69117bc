// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/replay_setup.hpp"

#include "control/apps/egret/eal.hpp"
#include "control/apps/egret/report.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <ostream>
#include <utility>

namespace egret::control {
namespace {

constexpr size_t kSeedDigits = 64;

/// The seed as 64 hex digits: padded, or drawn if none was given.
tl::expected<std::string, std::string> seed_text(const std::string& given) {
    if (given.empty()) {
        crypto::Random system = crypto::Random::system();
        std::string drawn;
        while (drawn.size() < kSeedDigits) {
            drawn += fmt::format("{:08x}", system.next_u32());
        }
        return drawn;
    }
    const bool hex = std::all_of(given.begin(), given.end(), [](unsigned char c) {
        return std::isxdigit(c) != 0;
    });
    if (!hex || given.size() > kSeedDigits) {
        return tl::unexpected("--seed " + given + ": give 1 to 64 hexadecimal digits");
    }
    std::string text = std::string(kSeedDigits - given.size(), '0') + given;
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return text;
}

crypto::Random seeded(const std::string& text) {
    crypto::Random::Seed seed;
    for (size_t i = 0; i < crypto::Random::Seed::kSize; ++i) {
        seed.writable()[i] = static_cast<std::byte>(std::stoul(text.substr(2 * i, 2), nullptr, 16));
    }
    return crypto::Random::seeded(std::move(seed));
}

/// Whichever seals and opens, the same bytes come out.
tl::expected<AeadBackends, std::string> choose_backends(const ReplayOptions& options) {
    AeadWish wish;
    wish.max_simd_bits = options.max_simd_bits;
    if (const std::string error = wish.read(options.aead); !error.empty()) {
        return tl::unexpected("--aead " + error);
    }
    auto choices = choose_aead(wish, [](const std::string&) {});
    return choices ? tl::expected<AeadBackends, std::string>(backends_of(*choices))
                   : tl::unexpected("--aead " + choices.error());
}

/// Loads one side; its findings are printed. What lists keep of earlier versions counts whatever the time: a replay gives the
/// same tomorrow.
tl::expected<Generation, std::string> load(
    const std::string& file,
    api::Role role,
    ListOptions lists,
    const std::optional<WallTime>& wall_time,
    std::ostream& err
) {
    lists.now_ns = 0;
    LoadResult loaded =
        load_generation(file, {.needs_keys = true, .wall_time = wall_time, .lists = lists});
    print_findings(err, loaded.findings, Severity::warning);
    if (!loaded.generation) {
        return tl::unexpected(std::string());
    }
    if (*loaded.generation->config.node.role != role) {
        const char* wanted = role == api::Role::branch ? "branch" : "edge";
        return tl::unexpected(fmt::format(
            "{}: node.role: this is no {}; did you swap --branch and --edge?",
            file,
            wanted
        ));
    }
    // No recorded host answers a probe, and what a replay writes is to come from the capture alone.
    for (api::Peer& peer : loaded.generation->tables.peers) {
        peer.probe_ms = 0;
    }
    return std::move(*loaded.generation);
}

/// Rules with hours are held against the capture's first frame, for the whole of it; a capture that
/// cannot be read is refused where it is looked through.
std::optional<WallTime> first_wall_time(const std::string& path) {
    auto capture = replay::CaptureReader::open(path);
    replay::Frame frame;
    const bool has_frame = capture && capture->next(frame).value_or(false);
    return has_frame ? std::optional(wall_time(frame.time_ns)) : std::nullopt;
}

api::IpAddress own_outside(const Config& config, api::Family family) {
    for (const PortSection& port : config.ports) {
        for (const auto& own : port.addresses) {
            if (*port.side == api::Side::outside && own->address.family == family) {
                return own->address;
            }
        }
    }
    return {};
}

replay::VirtualWire::Ends wire_ends(const Config& branch, const Config& edge) {
    return {
        .branch_ipv4 = own_outside(branch, api::Family::ipv4),
        .branch_ipv6 = own_outside(branch, api::Family::ipv6),
        .egress_ipv4 = *branch.egress.ipv4,
        .egress_ipv6 =
            branch.egress.ipv6.empty() ? api::IpAddress{} : branch.egress.ipv6.front()->address,
        .edge_ipv4 = own_outside(edge, api::Family::ipv4),
        .edge_ipv6 = own_outside(edge, api::Family::ipv6),
        .edge_port = *edge.tunnel.listen_port,
    };
}

/// Networks whose addresses are the site's own hosts.
std::vector<api::Prefix> site_networks(const Config& branch) {
    std::vector<api::Prefix> networks;
    for (const PortSection& port : branch.ports) {
        for (const auto& own : port.addresses) {
            networks.push_back(*own);
        }
    }
    for (const auto& prefix : branch.egress.ipv6) {
        networks.push_back(*prefix);
    }
    return networks;
}

tl::expected<std::vector<MacAddress>, std::string>
find_gateways(const ReplayOptions& options, const Config& branch) {
    std::vector<MacAddress> gateways;
    for (const std::string& text : options.gateways) {
        const auto mac = replay::parse_mac(text);
        if (!mac) {
            return tl::unexpected("--gateway: " + mac.error());
        }
        gateways.push_back(*mac);
    }
    auto capture = replay::CaptureReader::open(options.in);
    if (!capture) {
        return tl::unexpected(capture.error());
    }
    replay::GatewayFinder finder(site_networks(branch));
    replay::Frame frame;
    uint64_t frames = 0;
    while (true) {
        const auto more = capture->next(frame);
        if (!more) {
            return tl::unexpected(more.error());
        }
        if (!*more) {
            break;
        }
        ++frames;
        finder.see(frame.bytes);
    }
    if (frames == 0) {
        return tl::unexpected(options.in + ": the capture holds no frames");
    }
    if (gateways.empty()) {
        const auto found = finder.find();
        if (!found) {
            return tl::unexpected(options.in + ": " + found.error());
        }
        gateways.push_back(*found);
    }
    return gateways;
}

}  // namespace

tl::expected<ReplayInputs, std::string>
prepare_replay(const ReplayOptions& options, std::ostream& err) {
    const auto seed = seed_text(options.seed);
    if (!seed) {
        return tl::unexpected(seed.error());
    }
    ListCopies copies = options.copies;
    const ListOptions lists = copies.options();
    const auto wall_time = first_wall_time(options.in);
    auto branch = load(options.branch, api::Role::branch, lists, wall_time, err);
    auto edge = load(options.edge, api::Role::edge, lists, wall_time, err);
    if (!branch || !edge) {
        return tl::unexpected(
            !branch && !branch.error().empty() ? branch.error()
            : edge                             ? std::string()
                                               : edge.error()
        );
    }
    auto gateways = find_gateways(options, branch->config);
    if (!gateways) {
        return tl::unexpected(gateways.error());
    }
    auto capture = replay::CaptureReader::open(options.in);
    if (!capture) {
        return tl::unexpected(capture.error());
    }
    const auto aead =
        start_eal(options.max_simd_bits).and_then([&] { return choose_backends(options); });
    if (!aead) {
        return tl::unexpected(aead.error());
    }
    crypto::Random random = seeded(*seed);
    const uint64_t hash_seed = static_cast<uint64_t>(random.next_u32()) << 32 | random.next_u32();
    replay::Setup setup{
        .branch = branch->tables,
        .edge = edge->tables,
        .ends = wire_ends(branch->config, edge->config),
        .gateways = std::move(*gateways),
        .hash_seed = hash_seed,
        .live_mtu = options.live_mtu,
        .aead = *aead,
    };
    return ReplayInputs{
        std::move(*branch),
        std::move(*edge),
        std::move(*capture),
        std::move(setup),
        *seed,
        std::move(random),
    };
}

}  // namespace egret::control
