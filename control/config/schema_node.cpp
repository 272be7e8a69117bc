// SPDX-License-Identifier: Apache-2.0
#include "control/config/schema_parts.hpp"

#include <array>

namespace egret::control::schema_parts {
namespace {

constexpr std::array kTop{
    Key{
        .name = "schema",
        .type = Type::integer,
        .min = 1,
        .max = 1,
        .need = Need::always,
        .effect = "Version of this format. A node refuses one it does not know.",
    },
};

constexpr std::array kNodeKeys{
    Key{
        .name = "name",
        .type = Type::name,
        .need = Need::always,
        .effect = "The node's name, as pushes and logs state it.",
    },
    Key{
        .name = "role",
        .type = Type::choice,
        .choices = "branch|edge",
        .need = Need::always,
        .effect = "`branch`: inside is the LAN, outside the WAN. `edge`: tunnels arrive outside, "
                  "the service is inside.",
    },
    Key{
        .name = "generation",
        .type = Type::integer,
        .min = 1,
        .need = Need::always,
        .effect = "Number of this configuration; must exceed the highest ever accepted.",
    },
    Key{
        .name = "site",
        .type = Type::name,
        .otherwise = "`name`",
        .effect = "The site this node stands at.",
    },
    Key{
        .name = "tenant",
        .type = Type::name,
        .otherwise = "none",
        .effect = "The tenant the node belongs to. At an edge the sign-ins of its own tenant's "
                  "peers, and no others, come from a compliant network.",
    },
    Key{
        .name = "bridge",
        .type = Type::boolean,
        .otherwise = "branch true, edge false",
        .effect = "Pass frames that are not for the tunnel to the other side.",
    },
};

constexpr std::array kIdentityKeys{
    Key{
        .name = "private_key",
        .type = Type::file,
        .need = Need::always,
        .effect = "The node's private key, one line of base64 as `wg genkey` writes it.",
    },
    Key{
        .name = "previous_private_key",
        .type = Type::file,
        .effect = "Accepted beside `private_key` during a rotation's overlap. This node calls with "
                  "the new one first and alternates from try to try; what a peer answered to comes "
                  "first next time. Removing the key ends what was made with it.",
    },
    Key{
        .name = "disposable",
        .type = Type::boolean,
        .otherwise = "false",
        .effect = "Allows the debug key log on a live node.",
    },
};

constexpr std::array kPortKeys{
    Key{
        .name = "name",
        .type = Type::name,
        .max = 15,
        .need = Need::always,
        .effect = "The port's name from the board profile or `--port`.",
    },
    Key{
        .name = "side",
        .type = Type::choice,
        .choices = "inside|outside",
        .need = Need::always,
        .effect = "Which side of the node the port is on; at least one of each.",
    },
    Key{
        .name = "addresses",
        .type = Type::interface,
        .is_list = true,
        .effect = "Own addresses with the length of their network. An outside port sends outer "
                  "packets from them, so it needs one of each outer family.",
    },
    Key{
        .name = "gateways",
        .type = Type::address,
        .is_list = true,
        .effect = "Next hops of destinations outside the own networks, at most one per family.",
    },
    Key{
        .name = "mtu",
        .type = Type::integer,
        .min = 1280,
        .max = 9216,
        .otherwise = "1500",
        .effect = "Largest IP packet, in bytes.",
    },
    Key{
        .name = "uplink",
        .type = Type::name,
        .otherwise = "`default`",
        .effect = "The uplink the port belongs to. Uplinks other than `default` are not yet "
                  "supported.",
    },
};

constexpr std::array kEgressKeys{
    Key{
        .name = "detect",
        .type = Type::choice,
        .is_list = true,
        .choices = "static|interface|edge|stun",
        .use = Use::branch,
        .otherwise = "[\"static\"]",
        .effect = "How the egress address is found, tried in order. Only `static` is supported "
                  "yet; without it nothing is claimed.",
    },
    Key{
        .name = "addresses",
        .type = Type::prefix,
        .is_list = true,
        .use = Use::branch,
        .effect = "With `static` the one IPv4 egress address and the IPv6 egress prefixes; "
                  "otherwise the addresses that may be found.",
    },
    Key{
        .name = "stun_servers",
        .type = Type::endpoint,
        .is_list = true,
        .use = Use::branch,
        .support = Support::later,
        .effect = "Witnesses to ask.",
    },
    Key{
        .name = "agree",
        .type = Type::integer,
        .min = 1,
        .max = 16,
        .use = Use::branch,
        .support = Support::later,
        .otherwise = "1",
        .effect = "How many witnesses must say the same.",
    },
    Key{
        .name = "hold",
        .type = Type::duration,
        .use = Use::branch,
        .support = Support::later,
        .otherwise = "\"10s\"",
        .effect = "How long a change must last before it is used.",
    },
};

constexpr std::array kSections{
    Section{.name = "", .effect = "Keys outside of any section.", .keys = kTop},
    Section{.name = "node", .effect = "What this node is.", .keys = kNodeKeys},
    Section{.name = "identity", .effect = "The node's own keys.", .keys = kIdentityKeys},
    Section{
        .name = "port",
        .shape = Shape::array,
        .effect = "One inside or outside port.",
        .keys = kPortKeys,
    },
    Section{
        .name = "egress",
        .use = Use::branch,
        .effect = "The public addresses the internet sees the site as. `[egress.<uplink>]` "
                  "overrides them for one uplink: what it leaves out is taken from here. Policies "
                  "judge every uplink; traffic over others than `default` is not yet supported.",
        .keys = kEgressKeys,
    },
};

}  // namespace

constinit const std::span<const Section> kNode = kSections;

}  // namespace egret::control::schema_parts
