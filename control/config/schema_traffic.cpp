// SPDX-License-Identifier: Apache-2.0
#include "control/config/schema_parts.hpp"

#include <array>

namespace egret::control::schema_parts {
namespace {

constexpr std::array kSegmentKeys{
    Key{
        .name = "name",
        .type = Type::name,
        .need = Need::always,
        .effect = "The segment's name.",
    },
    Key{
        .name = "lists",
        .type = Type::name,
        .is_list = true,
        .need = Need::always,
        .effect = "The lists whose destinations belong to it.",
    },
    Key{
        .name = "tcp_ports",
        .type = Type::ports,
        .is_list = true,
        .otherwise = "the list entry's own, else all",
        .effect = "TCP ports, single (\"443\") or as a range (\"8000-8100\").",
    },
    Key{
        .name = "udp_ports",
        .type = Type::ports,
        .is_list = true,
        .otherwise = "the list entry's own, else none",
        .effect = "UDP ports.",
    },
    Key{
        .name = "ambiguous",
        .type = Type::choice,
        .choices = "tunnel|direct",
        .support = Support::later,
        .otherwise = "`direct`",
        .effect = "What becomes of an address that other names share.",
    },
    Key{
        .name = "on_late_name",
        .type = Type::choice,
        .choices = "pass|reset",
        .support = Support::later,
        .otherwise = "`pass`",
        .effect = "What becomes of a flow whose name came after its path was chosen.",
    },
    Key{
        .name = "scope",
        .type = Type::choice,
        .choices = "auth|auth+cae",
        .otherwise = "`auth`",
        .effect = "Sign-in alone, or also the services that check locations themselves: with "
                  "`auth+cae` a policy whose `cae` is `strict` can be kept, and the readiness "
                  "report asks for their destinations here.",
    },
    Key{
        .name = "signaling",
        .type = Type::boolean,
        .otherwise = "true",
        .effect = "False: no claim is sent or believed for this segment.",
    },
    Key{
        .name = "present",
        .type = Type::choice,
        .choices = "origin|anchor|edge",
        .use = Use::edge,
        .otherwise = "`[restore] present`",
        .effect = "How origins are presented to this segment.",
    },
};

constexpr std::array kRuleKeys{
    Key{
        .name = "name",
        .type = Type::name,
        .need = Need::always,
        .use = Use::branch,
        .effect = "The rule's name in records.",
    },
    Key{
        .name = "segments",
        .type = Type::name,
        .is_list = true,
        .need = Need::always,
        .use = Use::branch,
        .effect = "The destinations the rule is about.",
    },
    Key{
        .name = "from",
        .type = Type::prefix,
        .is_list = true,
        .use = Use::branch,
        .otherwise = "every client",
        .effect = "Only clients with these addresses.",
    },
    Key{
        .name = "vlans",
        .type = Type::integer,
        .is_list = true,
        .min = 0,
        .max = 4094,
        .use = Use::branch,
        .otherwise = "every VLAN",
        .effect = "Only these VLAN ids; 0 is untagged.",
    },
    Key{
        .name = "dscp",
        .type = Type::integer,
        .is_list = true,
        .min = 0,
        .max = 63,
        .use = Use::branch,
        .otherwise = "every code point",
        .effect = "Only flows whose first packet has one of these code points.",
    },
    Key{
        .name = "hours",
        .type = Type::hours,
        .is_list = true,
        .use = Use::branch,
        .otherwise = "always",
        .effect = "Only then, by the node's local time (`TZ`, else `/etc/localtime`); otherwise "
                  "the next rule decides. Living flows keep their verdict. While no clock can be "
                  "believed the rule is in force, unless its action is `direct`.",
    },
    Key{
        .name = "action",
        .type = Type::choice,
        .choices = "tunnel|direct|drop",
        .need = Need::always,
        .use = Use::branch,
        .effect = "The verdict.",
    },
    Key{
        .name = "via",
        .type = Type::name,
        .use = Use::branch,
        .effect = "The group of peers; required with `tunnel`.",
    },
    Key{
        .name = "when_down",
        .type = Type::choice,
        .choices = "drop|direct",
        .use = Use::branch,
        .effect = "The verdict while the whole group is down; required with `tunnel`.",
    },
    Key{
        .name = "family",
        .type = Type::choice,
        .choices = "any|ipv4|ipv6",
        .use = Use::branch,
        .otherwise = "`any`",
        .effect = "With `tunnel`: new flows of the other family are refused, and clients told so "
                  "at once (a reset, an ICMP error), so that they fall back to this one. Sign-ins "
                  "and resources of the rule then share a family: for named locations that list "
                  "only one.",
    },
};

constexpr std::array kSections{
    Section{
        .name = "segment",
        .shape = Shape::array,
        .effect = "Lists and ports. An edge without any accepts every destination but its own "
                  "networks.",
        .keys = kSegmentKeys,
    },
    Section{
        .name = "rule",
        .shape = Shape::array,
        .use = Use::branch,
        .effect = "Which traffic gets which verdict. The first match in file order wins; what "
                  "matches no rule goes direct.",
        .keys = kRuleKeys,
    },
};

}  // namespace

constinit const std::span<const Section> kTraffic = kSections;

}  // namespace egret::control::schema_parts
