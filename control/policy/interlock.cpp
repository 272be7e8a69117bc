// SPDX-License-Identifier: Apache-2.0
#include "control/policy/interlock.hpp"

#include "control/policy/country_database.hpp"
#include "control/policy/interlock_changes.hpp"
#include "control/policy/policy_table.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace egret::control {
namespace {

/// An address range or "anywhere", where it lies, and whether it was there before or is afterwards.
struct Spot {
    std::string text;
    api::Family family = api::Family::none;  ///< none: anywhere
    Place place;
};

std::vector<Spot>
spots_of(const Config& config, const PolicyTable& table, const PresentedSite& site) {
    std::vector<Spot> spots;
    const Part compliant =
        !site.is_unknown && is_compliant(config, site.tenant) ? Part::all : Part::none;
    for (const api::Prefix& address : site.addresses) {
        const bool is_one = address.length == address.address.bits();
        spots.push_back(
            {is_one ? api::to_text(address.address) : api::to_text(address),
             address.address.family,
             table.place_of(config, address)}
        );
        spots.back().place.compliant = compliant;
    }
    if (site.is_unknown) {
        spots.push_back({"", api::Family::none, PolicyTable::elsewhere(config)});
    }
    return spots;
}

/// The name of what spares or takes in: the location rather than the group it belongs to.
std::string name_in(
    const Config& config,
    const Place& place,
    const LocatedList<std::string>& names,
    const std::vector<Reference>& references,
    Part least
) {
    for (size_t i = 0; i < references.size(); ++i) {
        const Reference& reference = references[i];
        if (part_of(place, reference) < least || reference.kind == Reference::Kind::all) {
            continue;
        }
        if (reference.kind == Reference::Kind::all_trusted) {
            for (size_t l = 0; l < config.locations.size(); ++l) {
                if (*config.locations[l].trusted && place.locations[l] >= least) {
                    return *config.locations[l].name;
                }
            }
            return "MfaTrustedIps";
        }
        return *names[i];
    }
    return {};
}

/// One generation's policies and locations.
struct Judge {
    const Config& config;
    PolicyTable table;

    explicit Judge(const Config& judged)
        : config(judged),
          table(judged, countries_of(judged)) {}

    static std::shared_ptr<const CountryDatabase> countries_of(const Config& config) {
        return config.geo.database->empty()
                   ? nullptr
                   : CountryDatabase::open(*config.geo.database).value_or(nullptr);
    }
};

/// Two addresses of which a policy spares the first and not the second.
struct Harm {
    const Spot* from;
    const Spot* to;
    bool applies_after;
};

bool is_among(const Spot& spot, const std::vector<Spot>& spots) {
    return std::ranges::any_of(spots, [&](const Spot& other) { return other.text == spot.text; });
}

bool has_family(const std::vector<Spot>& spots, const Spot& like) {
    return std::ranges::any_of(spots, [&](const Spot& spot) { return spot.family == like.family; });
}

/// An address is compared with those of its family, unless clients have to change it: to one that
/// is new, or from one that goes.
bool are_comparable(
    const Spot& from,
    const Spot& to,
    const std::vector<Spot>& before,
    const std::vector<Spot>& after
) {
    return from.family == to.family || !has_family(before, to) || !has_family(after, from);
}

/// With `both_ways` a policy that would no longer apply counts too.
std::optional<Harm> find_harm(
    const std::vector<Spot>& before,
    const std::vector<Spot>& after,
    const PolicyReferences& policy,
    bool both_ways
) {
    for (const Spot& to : after) {
        const bool applies = may_apply(to.place, policy);
        for (const Spot& from : before) {
            const bool moved = !is_among(from, after) || !is_among(to, before);
            const bool applied = may_apply(from.place, policy);
            const bool is_harm = both_ways ? applied != applies : applies && !applied;
            if (is_harm && moved && are_comparable(from, to, before, after)) {
                return Harm{&from, &to, applies};
            }
        }
    }
    return std::nullopt;
}

/// Refusals by cause, uplink and policy, so that a thousand sites make one line.
class Collector {
  public:
    void judge(const Judge& judge, const PresentedChange& change) {
        const std::vector<Spot> before = spots_of(judge.config, judge.table, change.before);
        const std::vector<Spot> after = spots_of(judge.config, judge.table, change.after);
        for (size_t i = 0; i < judge.config.policies.size(); ++i) {
            const PolicySection& policy = judge.config.policies[i];
            if (*policy.state != PolicyState::enabled) {
                continue;
            }
            const PolicyReferences& references = judge.table.policies()[i];
            const bool both_ways = change.cause == InterlockCause::signaling_off;
            if (const auto harm = find_harm(before, after, references, both_ways)) {
                add(judge, change, i, *harm);
            }
        }
    }

    [[nodiscard]] std::vector<InterlockRefusal> take() {
        std::vector<InterlockRefusal> refusals;
        for (auto& [refusal, sentence] : found_) {
            refusal.message = sentence_of(refusal, sentence);
            refusals.push_back(std::move(refusal));
        }
        return refusals;
    }

  private:
    struct Found {
        InterlockRefusal refusal;
        InterlockSentence sentence;
    };

    using Key = std::tuple<InterlockCause, std::string, std::string>;

    void add(const Judge& judge, const PresentedChange& change, size_t index, const Harm& harm) {
        const PolicySection& policy = judge.config.policies[index];
        const Key key{change.cause, change.uplink, *policy.name};
        const auto [place, is_new] = index_.try_emplace(key, found_.size());
        if (is_new) {
            InterlockRefusal
                refusal{change.cause, *policy.name, *policy.grant, change.uplink, {}, {}, {}};
            found_.push_back({std::move(refusal), sentence(judge, index, harm)});
        }
        InterlockRefusal& refusal = found_[place->second].refusal;
        // Both judges look at one site before either looks at the next.
        if (refusal.sites.empty() || refusal.sites.back() != change.before.site) {
            refusal.sites.push_back(change.before.site);
            if (!harm.to->text.empty()) {
                refusal.addresses.push_back(harm.to->text);
            }
        }
    }

    static InterlockSentence sentence(const Judge& judge, size_t index, const Harm& harm) {
        const PolicySection& policy = judge.config.policies[index];
        const PolicyReferences& references = judge.table.policies()[index];
        const Place& spared = harm.applies_after ? harm.from->place : harm.to->place;
        const Place& taken = harm.applies_after ? harm.to->place : harm.from->place;
        return {
            harm.from->text,
            harm.to->text,
            name_in(judge.config, spared, policy.exclude_locations, references.exclude, Part::all),
            name_in(judge.config, taken, policy.include_locations, references.include, Part::some),
            harm.applies_after,
        };
    }

    std::vector<Found> found_;
    std::map<Key, size_t> index_;
};

}  // namespace

std::vector<InterlockRefusal> interlock(const Config* running, const Config& next) {
    const std::vector<PresentedChange> changes = presented_changes(running, next);
    if (changes.empty()) {
        return {};
    }
    std::vector<Judge> judges;
    judges.reserve(2);
    if (running != nullptr) {
        judges.emplace_back(*running);
    }
    judges.emplace_back(next);
    Collector collector;
    for (const PresentedChange& change : changes) {
        for (const Judge& judge : judges) {
            collector.judge(judge, change);
        }
    }
    return collector.take();
}

}  // namespace egret::control
