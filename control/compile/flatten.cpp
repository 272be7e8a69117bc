// SPDX-License-Identifier: Apache-2.0
#include "control/compile/flatten.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <tuple>

namespace egret::control {
namespace {

constexpr size_t kMaxSets = size_t{std::numeric_limits<api::SetIndex>::max()} + 1;

/// Everything said about one prefix.
struct Group {
    api::Prefix prefix;
    api::Guard guard = api::Guard::none;
    std::vector<AtomIndex> atoms;  ///< ascending, each once
};

/// Groups a sorted list in place of one entry per atom.
class GroupReader {
  public:
    explicit GroupReader(const std::vector<AtomPrefix>& sorted)
        : sorted_(sorted) {}

    /// Adds the atoms of `prefix`, if it is the next one, to `group`.
    void take(const api::Prefix& prefix, Group& group) {
        for (; !is_done() && next() == prefix; ++position_) {
            const AtomIndex atom = sorted_[position_].atom;
            if (group.atoms.empty() || group.atoms.back() != atom) {
                group.atoms.push_back(atom);
            }
        }
    }

    [[nodiscard]] bool is_done() const noexcept { return position_ == sorted_.size(); }

    [[nodiscard]] const api::Prefix& next() const { return sorted_[position_].prefix; }

  private:
    const std::vector<AtomPrefix>& sorted_;
    size_t position_ = 0;
};

/// Numbers sets, each distinct one once.
class SetNumbers {
  public:
    explicit SetNumbers(std::vector<Flattened::Set>& sets)
        : sets_(sets) {
        number({});
    }

    /// May exceed what a SetIndex holds; the caller checks the count when done.
    size_t number(const Flattened::Set& set) {
        const auto key = std::tuple(set.guard, set.atoms);
        const auto [found, is_new] = numbers_.try_emplace(key, sets_.size());
        if (is_new) {
            sets_.push_back(set);
        }
        return found->second;
    }

    /// The set of a prefix within the set `outer`.
    size_t number_within(size_t outer, const Group& group) {
        if (sets_[outer].guard != api::Guard::none) {
            return outer;
        }
        if (group.guard != api::Guard::none) {
            return number({group.guard, {}});
        }
        Flattened::Set set;
        std::ranges::set_union(sets_[outer].atoms, group.atoms, std::back_inserter(set.atoms));
        return number(set);
    }

  private:
    std::vector<Flattened::Set>& sets_;
    std::map<std::tuple<api::Guard, std::vector<AtomIndex>>, size_t> numbers_;
};

/// The prefixes that cover the one at hand, outermost first: sorted by address and length, a prefix
/// follows those that cover it.
class Covering {
  public:
    /// The set around `prefix`.
    size_t enter(const api::Prefix& prefix) {
        while (!stack_.empty() && !api::covers(stack_.back().prefix, prefix)) {
            stack_.pop_back();
        }
        return stack_.empty() ? 0 : stack_.back().set;
    }

    void push(const api::Prefix& prefix, size_t set) { stack_.push_back({prefix, set}); }

  private:
    struct Level {
        api::Prefix prefix;
        size_t set;
    };

    std::vector<Level> stack_;
};

std::vector<GuardPrefix> sorted_guards(std::vector<GuardPrefix> guards) {
    std::ranges::stable_sort(guards, {}, &GuardPrefix::prefix);
    const auto is_same = [](const GuardPrefix& a, const GuardPrefix& b) {
        return a.prefix == b.prefix;
    };
    guards.erase(std::unique(guards.begin(), guards.end(), is_same), guards.end());
    return guards;
}

}  // namespace

std::optional<Flattened>
flatten(std::vector<AtomPrefix> prefixes, const std::vector<GuardPrefix>& guards) {
    std::ranges::sort(prefixes, {}, [](const AtomPrefix& p) { return std::tie(p.prefix, p.atom); });
    const std::vector<GuardPrefix> guarded = sorted_guards(guards);

    Flattened flat;
    SetNumbers numbers(flat.sets);
    GroupReader reader(prefixes);
    Covering covering;
    auto guard = guarded.begin();
    while (!reader.is_done() || guard != guarded.end()) {
        const bool guard_is_next =
            guard != guarded.end() && (reader.is_done() || guard->prefix <= reader.next());
        Group group;
        group.prefix = guard_is_next ? guard->prefix : reader.next();
        group.guard = guard_is_next ? (guard++)->guard : api::Guard::none;
        reader.take(group.prefix, group);

        const size_t outer = covering.enter(group.prefix);
        const size_t set = numbers.number_within(outer, group);
        if (flat.sets.size() > kMaxSets) {
            return std::nullopt;
        }
        covering.push(group.prefix, set);
        if (set != outer) {
            flat.prefixes.push_back({group.prefix, static_cast<api::SetIndex>(set)});
        }
    }
    return flat;
}

}  // namespace egret::control
