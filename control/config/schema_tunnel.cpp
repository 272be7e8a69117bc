// SPDX-License-Identifier: Apache-2.0
#include "control/config/schema_parts.hpp"

#include <array>

namespace egret::control::schema_parts {
namespace {

constexpr std::array kTunnelKeys{
    Key{
        .name = "listen_port",
        .type = Type::integer,
        .min = 1,
        .max = 65535,
        .otherwise = "51820",
        .effect = "UDP port outer packets are sent from and received on.",
    },
    Key{
        .name = "carry",
        .type = Type::choice,
        .choices = "header|source",
        .otherwise = "`header`",
        .effect =
            "How the claim travels: in an Egret header, or as the inner source address, which "
            "every WireGuard peer understands.",
    },
    Key{
        .name = "mtu",
        .type = Type::integer,
        .min = 1280,
        .max = 9216,
        .otherwise = "computed per peer and inner family",
        .effect = "Largest inner packet, in bytes. Larger than the outside port carries is an "
                  "error that names the largest that fits.",
    },
    Key{
        .name = "block_quic",
        .type = Type::boolean,
        .use = Use::branch,
        .otherwise = "false",
        .effect = "Refuse UDP 443 of tunnelled segments so that clients use TCP.",
    },
};

constexpr std::array kPeerKeys{
    Key{
        .name = "name",
        .type = Type::name,
        .otherwise = "the text of `public_key`",
        .effect = "The peer's name in records and messages.",
    },
    Key{
        .name = "group",
        .type = Type::name,
        .otherwise = "`name`",
        .effect = "Peers that can stand in for each other.",
    },
    Key{
        .name = "site",
        .type = Type::name,
        .use = Use::edge,
        .otherwise = "`name`",
        .effect = "The site behind the peer. Peers of one site may register equal origins.",
    },
    Key{
        .name = "tenant",
        .type = Type::name,
        .use = Use::edge,
        .otherwise = "`[node] tenant`",
        .effect = "The tenant the site belongs to. Sign-ins of another tenant than the edge's are "
                  "never from a compliant network.",
    },
    Key{
        .name = "priority",
        .type = Type::integer,
        .min = 0,
        .max = 65534,
        .otherwise = "10",
        .effect = "Lower is preferred within the group; equal ones share by flow hash.",
    },
    Key{
        .name = "public_key",
        .type = Type::key,
        .need = Need::always,
        .effect = "What the peer is known by, base64 as `wg pubkey` writes it.",
    },
    Key{
        .name = "next_public_key",
        .type = Type::key,
        .effect = "Accepted too, during the peer's rotation, and called first.",
    },
    Key{
        .name = "preshared_key",
        .type = Type::file,
        .effect = "A secret both ends mix in, as `wg genpsk` writes it.",
    },
    Key{
        .name = "previous_preshared_key",
        .type = Type::file,
        .effect = "Accepted too, during a rotation's overlap. Responses are made with the new one; "
                  "where the peer does not take it, with the previous one at its next call.",
    },
    Key{
        .name = "endpoint",
        .type = Type::endpoint,
        .need = Need::on_branch,
        .effect = "Where the peer is reached. A peer without one is expected to call.",
    },
    Key{
        .name = "suite",
        .type = Type::choice,
        .choices = "wireguard|aes256gcm",
        .otherwise = "`wireguard`",
        .effect = "The protocol spoken with the peer. `aes256gcm` needs a processor with AES "
                  "instructions.",
    },
    Key{
        .name = "carry",
        .type = Type::choice,
        .choices = "header|source",
        .otherwise = "`[tunnel] carry`",
        .effect = "How claims travel to this peer.",
    },
    Key{
        .name = "keepalive",
        .type = Type::duration,
        .min = 0,
        .max = 65'535'000,
        .otherwise = "off",
        .effect =
            "Send something at least this often, in whole seconds, so that translators on the "
            "way do not forget the tunnel. `\"0s\"` is off.",
    },
    Key{
        .name = "probe",
        .type = Type::duration,
        .min = 0,
        .max = 60'000,
        .otherwise = "`\"200ms\"` at a branch with header carry, else off",
        .effect = "How often the peer is probed while there is a session, at least 20 ms apart. "
                  "`\"0s\"` is off. Only Egret answers.",
    },
    Key{
        .name = "origins",
        .type = Type::prefix,
        .is_list = true,
        .need = Need::on_edge,
        .use = Use::edge,
        .effect = "Registered origins: the prefixes accepted from this peer. Two peers may overlap "
                  "only with equal prefixes of one site.",
    },
    Key{
        .name = "verify",
        .type = Type::choice,
        .choices = "registered|observed|both",
        .use = Use::edge,
        .otherwise = "`registered`",
        .effect = "What a claim must agree with. `present = \"origin\"` needs `registered` or "
                  "`both`.",
    },
    Key{
        .name = "verify_other_family",
        .type = Type::choice,
        .choices = "refuse|registered",
        .use = Use::edge,
        .otherwise = "`refuse`",
        .effect = "What becomes of a claim whose family the outer packet cannot show.",
    },
    Key{
        .name = "segments",
        .type = Type::name,
        .is_list = true,
        .use = Use::edge,
        .otherwise = "all segments of this edge",
        .effect = "What this peer may reach.",
    },
};

constexpr std::array kFailoverKeys{
    Key{
        .name = "hold",
        .type = Type::duration,
        .support = Support::later,
        .otherwise = "\"3s\"",
        .effect = "No second switch before.",
    },
    Key{
        .name = "revert_after",
        .type = Type::duration,
        .support = Support::later,
        .otherwise = "\"60s\"",
        .effect = "How long the preferred peer must be well before it is used again.",
    },
};

constexpr std::array kSections{
    Section{.name = "tunnel", .effect = "What all tunnels share.", .keys = kTunnelKeys},
    Section{
        .name = "peer",
        .shape = Shape::array,
        .effect = "The other end of one tunnel.",
        .keys = kPeerKeys,
    },
    Section{
        .name = "failover",
        .effect = "Switching between the peers of a group.",
        .keys = kFailoverKeys,
    },
};

}  // namespace

constinit const std::span<const Section> kTunnel = kSections;

}  // namespace egret::control::schema_parts
