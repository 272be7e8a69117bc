// SPDX-License-Identifier: Apache-2.0
#include "control/config/schema_parts.hpp"

#include <array>

namespace egret::control::schema_parts {
namespace {

constexpr std::array kListKeys{
    Key{
        .name = "name",
        .type = Type::name,
        .need = Need::always,
        .effect = "The list's name.",
    },
    Key{
        .name = "format",
        .type = Type::choice,
        .choices = "m365|azure-tags|okta|auth0|google|aws|text|csv",
        .effect = "How `source` is written: as Microsoft 365's endpoints service, Azure's service "
                  "tags, Okta, Auth0, Google or Amazon publish theirs; `text` is one prefix or "
                  "domain per line with `#` comments, `csv` has them in its first column.",
    },
    Key{
        .name = "source",
        .type = Type::source,
        .effect = "Where the list comes from: `file:PATH` or `https://...`. No list may hold a "
                  "prefix shorter than /8 (IPv4) or /19 (IPv6) or cover more than a sixteenth of "
                  "IPv4. `egretd` keeps the last copy that was good and uses it where the source "
                  "fails; for `egret check` a download must have been made, by `egretd` or by "
                  "`egret lists update`.",
    },
    Key{
        .name = "select",
        .type = Type::table,
        .otherwise = "everything",
        .effect = "Which parts of a published list are taken.",
    },
    Key{
        .name = "minus",
        .type = Type::name,
        .is_list = true,
        .effect = "Lists whose addresses are taken away from this one, whatever their ports. What "
                  "Google calls its default domains is its `goog.json` minus its `cloud.json`.",
    },
    Key{
        .name = "outbound",
        .type = Type::boolean,
        .otherwise = "false",
        .effect = "True takes addresses a service calls out from as destinations. Format `auth0` "
                  "is refused without it.",
    },
    Key{
        .name = "refresh",
        .type = Type::duration,
        .otherwise = "\"24h\"",
        .effect = "How often `egretd` looks for a new version, give or take a tenth; at least "
                  "\"1s\", and \"1h\" for the Microsoft 365 service.",
    },
    Key{
        .name = "keep_removed",
        .type = Type::duration,
        .otherwise = "\"168h\"",
        .effect = "How long `egretd` keeps what a new version no longer holds. Additions count at "
                  "once, unless `new_entries` holds them.",
    },
    Key{
        .name = "new_entries",
        .type = Type::choice,
        .choices = "use|hold",
        .otherwise = "\"use\"",
        .effect =
            "What becomes of addresses and names a new version of the list adds: `use` takes "
            "them at once; `hold` keeps them out until `egret lists accept NAME`, and they go "
            "wherever traffic outside the list goes. The first version a node has counts "
            "whole, and ports a publisher gives to what is in use count at once.",
    },
    Key{
        .name = "max_shrink",
        .type = Type::number,
        .min = 0,
        .max = 1,
        .otherwise = "0.3",
        .effect = "The part of a list that may vanish from one version to the next, of its "
                  "entries or of its addresses; more refuses the new version. 1 allows "
                  "everything but an empty list.",
    },
    Key{
        .name = "max_bytes",
        .type = Type::integer,
        .min = 1,
        .max = 33554432,
        .otherwise = "33554432",
        .effect = "The largest list, unpacked.",
    },
    Key{
        .name = "signed_by",
        .type = Type::text,
        .effect = "The minisign public key a list must be signed with; the signature lies beside "
                  "it, named as the source with `.minisig`.",
    },
    Key{
        .name = "proxy",
        .type = Type::text,
        .otherwise = "none; the environment is not asked",
        .effect = "The proxy downloads go through: `http://`, `https://` or `socks5h://`, then "
                  "`HOST:PORT`.",
    },
    Key{
        .name = "ca",
        .type = Type::file,
        .otherwise = "the system's",
        .effect = "The certificate authorities a download's server must be vouched for by, as PEM.",
    },
    Key{
        .name = "prefixes",
        .type = Type::prefix,
        .is_list = true,
        .effect = "Destinations written here instead of in a `source`.",
    },
    Key{
        .name = "domains",
        .type = Type::domain,
        .is_list = true,
        .effect = "Server names written here: exact, or with `*`.",
    },
};

constexpr std::array kSelectKeys{
    Key{
        .name = "ids",
        .type = Type::integer,
        .is_list = true,
        .min = 0,
        .max = 4294967295,
        .effect = "`m365`: endpoint sets by number; each must exist.",
    },
    Key{
        .name = "service_areas",
        .type = Type::text,
        .is_list = true,
        .effect = "`m365`: `Common`, `Exchange`, `SharePoint`, `Skype`.",
    },
    Key{
        .name = "categories",
        .type = Type::text,
        .is_list = true,
        .effect = "`m365`: `Optimize`, `Allow`, `Default`. An address in several sets has the "
                  "first of them.",
    },
    Key{
        .name = "required",
        .type = Type::boolean,
        .otherwise = "false",
        .effect = "`m365`: only sets marked as required.",
    },
    Key{
        .name = "tags",
        .type = Type::text,
        .is_list = true,
        .effect = "`azure-tags`: service tags by name; required, and each must exist.",
    },
    Key{
        .name = "cells",
        .type = Type::text,
        .is_list = true,
        .effect = "`okta`: cells by name; each must exist.",
    },
    Key{
        .name = "services",
        .type = Type::text,
        .is_list = true,
        .effect = "`aws`: services by name; each must exist.",
    },
    Key{
        .name = "regions",
        .type = Type::text,
        .is_list = true,
        .effect = "`aws`, `auth0`: regions by name; each must exist.",
    },
};

constexpr std::array kSections{
    Section{
        .name = "list",
        .shape = Shape::array,
        .effect = "Destinations from one source: a `source` with its `format`, or `prefixes` and "
                  "`domains`.",
        .keys = kListKeys,
    },
    Section{
        .name = "list.select",
        .shape = Shape::part_of,
        .effect = "Everything given must hold.",
        .keys = kSelectKeys,
    },
};

}  // namespace

constinit const std::span<const Section> kLists = kSections;

}  // namespace egret::control::schema_parts
