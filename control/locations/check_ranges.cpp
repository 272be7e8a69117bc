// SPDX-License-Identifier: Apache-2.0
// What single ranges may be: B6, B7, B8, B17, and shared ones.
#include "control/config/plain_address.hpp"
#include "control/locations/check_locations.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace egret::control {
namespace {

using api::Family;
using api::Prefix;

struct NotPublic {
    Prefix range;
    std::string_view what;
};

constexpr Prefix ipv4(uint8_t first, uint8_t second, uint8_t length) {
    return {{Family::ipv4, {first, second}}, length};
}

constexpr Prefix ipv6(uint8_t first, uint8_t second, uint8_t length) {
    return {{Family::ipv6, {first, second}}, length};
}

/// Nobody is seen from these on the internet. Documentation ranges are not among them: examples
/// live there.
constexpr std::array kNotPublic{
    NotPublic{ipv4(0, 0, 8), "\"this network\""},
    NotPublic{ipv4(10, 0, 8), "private"},
    NotPublic{ipv4(100, 64, 10), "shared between a provider and its customers"},
    NotPublic{ipv4(127, 0, 8), "loopback"},
    NotPublic{ipv4(169, 254, 16), "link-local"},
    NotPublic{ipv4(172, 16, 12), "private"},
    NotPublic{ipv4(192, 168, 16), "private"},
    NotPublic{ipv4(224, 0, 4), "multicast"},
    NotPublic{ipv4(240, 0, 4), "reserved"},
    NotPublic{{{Family::ipv6, {}}, 127}, "unspecified or loopback"},
    NotPublic{ipv6(0xfc, 0, 7), "unique local"},
    NotPublic{ipv6(0xfe, 0x80, 10), "link-local"},
    NotPublic{ipv6(0xff, 0, 8), "multicast"},
};

SourceLocation at_line(const RangeAt& range) {
    return {range.line, range.line == 0 ? 0U : 1U};
}

bool overlap(const Prefix& a, const Prefix& b) {
    return api::covers(a, b) || api::covers(b, a);
}

void check_range(
    const RangeAt& range,
    std::string_view key,
    const std::string& owner,
    Findings& findings
) {
    const std::string text = api::to_text(range.prefix);
    if (range.prefix.length < kShortestPrefix) {
        findings.error(
            at_line(range),
            key,
            fmt::format("{}{}: only prefixes longer than /8 are taken", owner, text)
        );
    }
    const auto not_public = std::ranges::find_if(kNotPublic, [&](const NotPublic& known) {
        return api::covers(known.range, range.prefix) && range.prefix.length != 0;
    });
    if (not_public != kNotPublic.end()) {
        findings.error(
            at_line(range),
            key,
            fmt::format("{}{} is {}: only public ranges are taken", owner, text, not_public->what)
        );
    }
}

/// In the order of addresses a range follows the one that holds it.
void check_set(
    const RangeSet& ranges,
    std::string_view key,
    const std::string& owner,
    Findings& findings
) {
    RangeAt widest;
    ranges.each([&](const RangeAt& range) {
        check_range(range, key, owner, findings);
        if (range.prefix == widest.prefix) {
            findings.warning(
                at_line(range),
                key,
                fmt::format("{}{} is there twice", owner, api::to_text(range.prefix))
            );
        } else if (widest.prefix.address.present() && api::covers(widest.prefix, range.prefix)) {
            findings.warning(
                at_line(range),
                key,
                fmt::format(
                    "{}{} lies in {}",
                    owner,
                    api::to_text(range.prefix),
                    api::to_text(widest.prefix)
                )
            );
        } else {
            widest = range;
        }
    });
}

std::string owner_of(const LocationSection& location) {
    return fmt::format("\"{}\": ", *location.name);
}

/// Who is in both is trusted, whatever the other location is for.
void check_overlap(
    const LocationSection& trusted,
    const LocationSection& other,
    Findings& findings
) {
    bool is_said = false;
    other.ranges.each([&](const RangeAt& range) {
        if (!is_said && trusted.ranges.touches(range.prefix)) {
            is_said = true;
            findings.warning(
                at_line(range),
                "location.ranges",
                fmt::format(
                    "{}{} overlaps the trusted location \"{}\"",
                    owner_of(other),
                    api::to_text(range.prefix),
                    *trusted.name
                )
            );
        }
    });
}

void say_shared(
    const SharedRange& shared,
    const LocationSection& location,
    const RangeAt& range,
    Findings& findings
) {
    const std::string text = fmt::format(
        "{}{} overlaps {} of {}, which other tenants leave from too",
        owner_of(location),
        api::to_text(range.prefix),
        api::to_text(shared.range),
        shared.owner
    );
    if (*location.trusted) {
        findings.error(at_line(range), "location.ranges", text + ": to trust it is to trust them");
    } else {
        findings.warning(at_line(range), "location.ranges", text);
    }
}

}  // namespace

void check_ranges(const LocationBook& book, Findings& findings) {
    for (const LocationSection& location : book.locations) {
        check_set(location.ranges, "location.ranges", owner_of(location), findings);
    }
    check_set(book.mfa_trusted_ips.ranges, "mfa_trusted_ips.ranges", "", findings);
    book.mfa_trusted_ips.ranges.each([&](const RangeAt& range) {
        if (range.prefix.address.family == Family::ipv6) {
            findings.error(
                at_line(range),
                "mfa_trusted_ips.ranges",
                fmt::format("{}: only IPv4 ranges are taken", api::to_text(range.prefix))
            );
        }
    });
    for (const LocationSection& trusted : book.locations) {
        for (const LocationSection& other : book.locations) {
            if (*trusted.trusted && !*other.trusted) {
                check_overlap(trusted, other, findings);
            }
        }
    }
}

void check_shared(const LocationBook& book, const LocationCheck& check, Findings& findings) {
    const std::vector<SharedRange> published = published_shared_ranges();
    for (const auto* list : {&published, &check.shared}) {
        for (const SharedRange& shared : *list) {
            for (const LocationSection& location : book.locations) {
                if (!location.ranges.touches(shared.range)) {
                    continue;
                }
                location.ranges.each([&](const RangeAt& range) {
                    if (overlap(range.prefix, shared.range)) {
                        say_shared(shared, location, range, findings);
                    }
                });
            }
        }
    }
}

/// B8: a site that has IPv6 too is seen over it as soon as the service has AAAA records.
void check_families(const LocationBook& book, const LocationCheck& check, Findings& findings) {
    for (const PresentedSite& site : check.sites) {
        std::array<const LocationSection*, 2> found{};
        std::array<const Prefix*, 2> missing{};
        for (const Prefix& address : site.addresses) {
            const size_t family = address.address.family == Family::ipv4 ? 0 : 1;
            const auto location =
                std::ranges::find_if(book.locations, [&](const LocationSection& one) {
                    return one.ranges.covers(address);
                });
            if (location != book.locations.end()) {
                found[family] = &*location;
            } else {
                missing[family] = &address;
            }
        }
        for (const size_t family : {size_t{0}, size_t{1}}) {
            const int listed = family == 0 ? 6 : 4;
            if (missing[family] != nullptr && found[1 - family] != nullptr) {
                findings.warning(
                    found[1 - family]->name.at,
                    "location.ranges",
                    fmt::format(
                        "site \"{}\" is in \"{}\" over IPv{} only: its {} is in no location, and "
                        "users seen from it lose what the location gives them; list it too, or "
                        "keep clients to IPv{} with family = \"ipv{}\" in the branch's rules",
                        site.site,
                        *found[1 - family]->name,
                        listed,
                        api::to_text(*missing[family]),
                        listed,
                        listed
                    )
                );
            }
        }
    }
}

}  // namespace egret::control
