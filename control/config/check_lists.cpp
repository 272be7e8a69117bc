// SPDX-License-Identifier: Apache-2.0
#include "control/config/cross_check.hpp"
#include "control/config/suggest.hpp"

#include <egret/crypto/minisign.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace egret::control {
namespace {

/// Auth0 publishes where its own requests come from: to a client that signs in they mean nothing.
void check_outbound(const ListSection& list, Findings& findings) {
    if (*list.format == ListFormat::auth0 && list.format.stated() && !*list.outbound) {
        findings.error(
            list.format.at,
            "list.format",
            "auth0 lists the addresses Auth0 calls out from, not those clients sign in to: name "
            "the tenant's domains instead, or say outbound = true if these are the destinations "
            "that are meant"
        );
    }
    if (*list.format != ListFormat::auth0 && list.format.stated() && list.outbound.stated()) {
        findings.warning(
            list.outbound.at,
            "list.outbound",
            "has no effect: only format \"auth0\" lists addresses a service calls out from"
        );
    }
}

/// What a format holds beside sign-ins is too much to take by omission.
void check_breadth(const ListSection& list, Findings& findings) {
    if (!list.format.stated()) {
        return;
    }
    if (*list.format == ListFormat::azure_tags && list.select.tags.empty()) {
        findings.error(
            list.source.at,
            "list.select.tags",
            "is missing: the file holds all of Azure; say select = { tags = "
            "[\"AzureActiveDirectory\"] }, for instance"
        );
    }
    if (*list.format == ListFormat::okta && list.select.cells.empty()) {
        findings.warning(
            list.source.at,
            "list.select.cells",
            "is missing: every cell is taken, although an organisation lives on one"
        );
    }
    if (*list.format == ListFormat::aws && list.select.services.empty()) {
        findings.warning(
            list.source.at,
            "list.select.services",
            "is missing: everything Amazon announces is taken"
        );
    }
}

void check_proxy(const ListSection& list, Findings& findings) {
    constexpr std::string_view kSchemes[] = {"http://", "https://", "socks5h://"};
    const bool is_known = std::ranges::any_of(kSchemes, [&](std::string_view scheme) {
        return list.proxy->starts_with(scheme) && list.proxy->size() > scheme.size();
    });
    if (list.proxy.stated() && !is_known) {
        findings.error(
            list.proxy.at,
            "list.proxy",
            fmt::format(
                "\"{}\" is not of the form http://HOST:PORT, https://HOST:PORT or "
                "socks5h://HOST:PORT",
                *list.proxy
            )
        );
    }
}

/// An address is logged and shown: whoever has to log in to a publisher does so with a proxy in between.
void check_address(const ListSection& list, Findings& findings) {
    constexpr std::string_view kHttps = "https://";
    if (!list.is_remote || !list.source->starts_with(kHttps)) {
        return;
    }
    const std::string_view rest = std::string_view(*list.source).substr(kHttps.size());
    const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
    if (host.find('@') != std::string_view::npos) {
        findings.error(
            list.source.at,
            "list.source",
            "holds a user or password, which would be shown and logged; leave it out"
        );
    } else if (host.empty() || rest.find_first_of(" \t\r\n#") != std::string_view::npos) {
        findings
            .error(list.source.at, "list.source", "is no address of the form https://HOST/PATH");
    }
}

/// The key is looked at here, so that a slip in it is found when the file is checked.
void check_signer(const ListSection& list, Findings& findings) {
    if (!list.signed_by.stated()) {
        return;
    }
    if (const auto key = crypto::parse_signing_public_key(*list.signed_by); !key) {
        findings.error(
            list.signed_by.at,
            "list.signed_by",
            fmt::format(
                "is no minisign public key ({}): the line of base64 in minisign.pub is meant",
                crypto::text_of(key.error())
            )
        );
    }
}

/// Often enough for a test, and no publisher is asked without a pause.
void check_refresh(const ListSection& list, Findings& findings) {
    constexpr uint64_t kMinMs = 1000;
    if (*list.refresh_ms < kMinMs) {
        findings.error(list.refresh_ms.at, "list.refresh", "is below the minimum 1s");
    }
}

/// One level is enough for what publishers do (Google's own minus its customers'), and has no circles.
void check_minus(const Config& config, const ListSection& list, Findings& findings) {
    for (const Located<std::string>& name : list.minus) {
        const auto other = std::ranges::find_if(config.lists, [&](const ListSection& one) {
            return *one.name == *name;
        });
        if (other == config.lists.end()) {
            std::vector<std::string_view> names;
            for (const ListSection& one : config.lists) {
                names.push_back(*one.name);
            }
            findings.error(
                name.at,
                "list.minus",
                fmt::format("no list \"{}\"{}", *name, did_you_mean(*name, names))
            );
        } else if (&*other == &list) {
            findings.error(name.at, "list.minus", "a list minus itself is empty");
        } else if (!other->minus.empty()) {
            findings.error(
                name.at,
                "list.minus",
                fmt::format("list \"{}\" has a minus of its own; name a plain list", *name)
            );
        }
    }
}

}  // namespace

void check_lists(const Config& config, Findings& findings) {
    for (const ListSection& list : config.lists) {
        check_outbound(list, findings);
        check_breadth(list, findings);
        check_address(list, findings);
        check_proxy(list, findings);
        check_refresh(list, findings);
        check_signer(list, findings);
        check_minus(config, list, findings);
    }
}

}  // namespace egret::control
