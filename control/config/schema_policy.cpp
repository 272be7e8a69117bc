// SPDX-License-Identifier: Apache-2.0
#include "control/config/schema_parts.hpp"

#include <array>

namespace egret::control::schema_parts {
namespace {

constexpr std::array kNamesKeys{
    Key{
        .name = "learn",
        .type = Type::boolean,
        .otherwise = "true",
        .effect = "Learn server names from DNS answers and TLS handshakes seen passing by.",
    },
    Key{
        .name = "resolvers",
        .type = Type::address,
        .is_list = true,
        .support = Support::later,
        .effect = "Answers from these apply to every client.",
    },
};

constexpr std::array kSignalingKeys{
    Key{
        .name = "enabled",
        .type = Type::boolean,
        .otherwise = "true",
        .effect = "Off at a branch: no claim is sent. Off at an edge: `present` acts as `edge`.",
    },
};

constexpr std::array kRestoreKeys{
    Key{
        .name = "present",
        .type = Type::choice,
        .choices = "origin|anchor|edge",
        .use = Use::edge,
        .otherwise = "`origin`",
        .effect = "Source address of what leaves inside: the site's egress address, the anchor's "
                  "registered one, or the edge's ordinary one.",
    },
    Key{
        .name = "addresses",
        .type = Type::address,
        .is_list = true,
        .use = Use::edge,
        .effect = "Pool of `anchor` and `edge`, required for both. A family it lacks is dropped as "
                  "`no_pool_address`.",
    },
};

constexpr std::array kLocationKeys{
    Key{
        .name = "name",
        .type = Type::name,
        .need = Need::always,
        .effect = "The location's name; policies refer to it.",
    },
    Key{
        .name = "ranges",
        .type = Type::prefix,
        .is_list = true,
        .effect = "Its address ranges. A location has ranges or countries, not both.",
    },
    Key{
        .name = "countries",
        .type = Type::country,
        .is_list = true,
        .effect = "Its countries, as two capital letters. They are looked up in `[geo] database`.",
    },
    Key{
        .name = "country_lookup",
        .type = Type::choice,
        .choices = "ip|gps",
        .otherwise = "`ip`",
        .effect = "How the identity provider finds a client's country. What its telephone says "
                  "(`gps`) cannot be evaluated here, and the result says so.",
    },
    Key{
        .name = "include_unknown",
        .type = Type::boolean,
        .otherwise = "false",
        .effect = "Addresses of no known country belong to it too.",
    },
    Key{
        .name = "trusted",
        .type = Type::boolean,
        .otherwise = "false",
        .effect = "Marked as trusted; `AllTrusted` means these. Countries cannot be trusted.",
    },
};

constexpr std::array kMfaKeys{
    Key{
        .name = "ranges",
        .type = Type::prefix,
        .is_list = true,
        .effect = "The MFA trusted IPs: IPv4 ranges.",
    },
    Key{
        .name = "skip_for_federated",
        .type = Type::boolean,
        .otherwise = "false",
        .effect = "Trust the federation server's word that a client is inside the corporate "
                  "network.",
    },
};

constexpr std::array kPolicyKeys{
    Key{
        .name = "name",
        .type = Type::name,
        .need = Need::always,
        .effect = "The policy's name.",
    },
    Key{
        .name = "include_locations",
        .type = Type::name,
        .is_list = true,
        .need = Need::always,
        .effect = "`All`, `AllTrusted`, `AllCompliant`, `MfaTrustedIps`, or location names.",
    },
    Key{
        .name = "exclude_locations",
        .type = Type::name,
        .is_list = true,
        .otherwise = "none",
        .effect = "The same; exclusion wins.",
    },
    Key{
        .name = "grant",
        .type = Type::choice,
        .choices = "block|mfa|compliant-device|hybrid-joined",
        .need = Need::always,
        .effect = "What the policy demands where it applies.",
    },
    Key{
        .name = "state",
        .type = Type::choice,
        .choices = "enabled|report-only|disabled",
        .otherwise = "`enabled`",
        .effect = "Whether its result counts.",
    },
    Key{
        .name = "cae",
        .type = Type::choice,
        .choices = "standard|strict",
        .otherwise = "`standard`",
        .effect = "What services that check locations themselves do where they see another "
                  "address than the sign-in had: a token of one hour, or a block.",
    },
};

constexpr std::array kGeoKeys{
    Key{
        .name = "database",
        .type = Type::file,
        .otherwise = "none: every country is unknown",
        .effect = "The database that maps addresses to countries, in MaxMind's format. It is "
                  "mapped, not read; replace the file, never write into it.",
    },
};

constexpr std::array kLogKeys{
    Key{
        .name = "level",
        .type = Type::choice,
        .choices = "trace|debug|info|warning|error",
        .otherwise = "`info`",
        .effect = "The least severe message `egretd` logs.",
    },
    Key{
        .name = "client_addresses",
        .type = Type::boolean,
        .otherwise = "false",
        .effect = "Write the field `client` of sign-in records.",
    },
    Key{
        .name = "sign_ins",
        .type = Type::log_file,
        .effect = "Where an edge writes its sign-in records. `egret replay` writes them to its "
                  "output folder instead.",
    },
    Key{
        .name = "journal",
        .type = Type::boolean,
        .otherwise = "false",
        .effect = "Also send every sign-in record to the systemd journal, with fields that "
                  "`journalctl` can select by, such as `EGRET_SITE` and `EGRET_IP_ADDRESS`.",
    },
    Key{
        .name = "rotate_bytes",
        .type = Type::integer,
        .min = 4096,
        .max = int64_t{1} << 40,
        .otherwise = "16777216",
        .effect = "Size at which the sign-in log is put aside as `NAME.1` and a new one begins. No "
                  "record is split.",
    },
    Key{
        .name = "keep",
        .type = Type::integer,
        .min = 0,
        .max = 1000,
        .otherwise = "4",
        .effect = "How many logs put aside are kept: `NAME.1`, the newest, to `NAME.4`.",
    },
};

constexpr std::array kControlKeys{
    Key{
        .name = "operators",
        .type = Type::name,
        .max = 32,
        .otherwise = "root and `egretd`'s user only",
        .effect = "The Unix group whose members may operate: push, confirm, roll back, capture, "
                  "and everything readers may. A push whose group does not exist is refused.",
    },
    Key{
        .name = "readers",
        .type = Type::name,
        .max = 32,
        .otherwise = "those who may operate only",
        .effect = "The Unix group whose members may look: status, tunnels, flows, sign-ins, "
                  "history.",
    },
};

constexpr std::array kSections{
    Section{.name = "names", .effect = "Server names.", .keys = kNamesKeys},
    Section{
        .name = "signaling",
        .effect = "The switch that turns restoration on.",
        .keys = kSignalingKeys,
    },
    Section{
        .name = "restore",
        .use = Use::edge,
        .effect = "How an edge presents origins.",
        .keys = kRestoreKeys,
    },
    Section{
        .name = "location",
        .shape = Shape::array,
        .effect = "A named location of the identity provider.",
        .keys = kLocationKeys,
    },
    Section{
        .name = "mfa_trusted_ips",
        .effect = "The older list of trusted addresses.",
        .keys = kMfaKeys,
    },
    Section{
        .name = "policy",
        .shape = Shape::array,
        .effect = "A Conditional Access policy by locations alone.",
        .keys = kPolicyKeys,
    },
    Section{.name = "geo", .effect = "Countries.", .keys = kGeoKeys},
    Section{.name = "log", .effect = "What is written down.", .keys = kLogKeys},
    Section{.name = "control", .effect = "Who may talk to the daemon.", .keys = kControlKeys},
};

}  // namespace

constinit const std::span<const Section> kPolicy = kSections;

}  // namespace egret::control::schema_parts
