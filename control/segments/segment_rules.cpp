// SPDX-License-Identifier: Apache-2.0
#include "control/segments/segment_rules.hpp"

#include "control/segments/overlaps.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>

namespace egret::control {
namespace {

/// The first of many things that are said alike; the rest is counted.
constexpr size_t kMostSaid = 20;

/// Why no rule is made of a segment; empty if one is.
std::string reason_to_leave_out(const ApplicationSegment& segment) {
    if (!segment.is_enabled) {
        return "disabled";
    }
    if (!segment.is_wanted()) {
        return "not anchored";
    }
    if (segment.prefixes.empty() && segment.domains.empty()) {
        return "without destinations";
    }
    return segment.ports.tcp.empty() && segment.ports.udp.empty() ? "without ports" : "";
}

/// Who goes before whom: the inner of two overlapping segments before the outer.
std::vector<uint32_t> specific_first(size_t count, const std::vector<Overlap>& overlaps) {
    std::vector<std::vector<uint32_t>> outers(count);
    std::vector<size_t> n_inner(count, 0);
    for (const Overlap& overlap : overlaps) {
        if (overlap.is_within) {
            outers[overlap.inner].push_back(overlap.outer);
            ++n_inner[overlap.outer];
        }
    }
    std::set<std::pair<size_t, uint32_t>> waiting;  // those still to go before it, itself
    for (uint32_t i = 0; i < count; ++i) {
        waiting.insert({n_inner[i], i});
    }
    std::vector<uint32_t> order;
    while (!waiting.empty()) {
        // Where two lie within each other, the first has to go although another should be before it.
        const uint32_t next = waiting.begin()->second;
        waiting.erase(waiting.begin());
        order.push_back(next);
        for (const uint32_t outer : outers[next]) {
            if (waiting.erase({n_inner[outer], outer}) != 0) {
                waiting.insert({--n_inner[outer], outer});
            }
        }
    }
    return order;
}

/// Makes the rules, and keeps what is to be said about them.
class RuleMaker {
  public:
    RuleMaker(
        const std::vector<ApplicationSegment>& segments,
        const ViaChoice& via,
        std::vector<Findings>& findings
    )
        : segments_(segments),
          via_(via),
          findings_(findings) {
        for (const ApplicationSegment& segment : segments) {
            reasons_.push_back(reason_to_leave_out(segment));
        }
    }

    SegmentImport make() {
        const std::vector<Overlap> overlaps = find_overlaps(segments_);
        const std::vector<uint32_t> order = specific_first(segments_.size(), overlaps);
        SegmentImport import;
        for (const uint32_t i : order) {
            if (reasons_[i].empty()) {
                import.rules.push_back(rule_of(segments_[i]));
            }
        }
        for (size_t i = 0; i < segments_.size(); ++i) {
            if (!reasons_[i].empty()) {
                import.left_out.push_back({segments_[i].name, reasons_[i]});
            }
        }
        say_what_is_left_out();
        say_overlaps(overlaps, order);
        say_groups();
        return import;
    }

  private:
    [[nodiscard]] bool is_used(uint32_t segment) const { return reasons_[segment].empty(); }

    Findings& said_of(const ApplicationSegment& segment) { return findings_[segment.file]; }

    ImportedRule rule_of(const ApplicationSegment& segment) {
        if (segment.bypass == Bypass::always) {
            return {segment, api::Verdict::direct, {}};
        }
        if (segment.bypass == Bypass::on_net) {
            said_of(segment).note(
                {},
                segment.place,
                fmt::format(
                    "\"{}\" is bypassed on the corporate network there; here its traffic takes the "
                    "tunnel",
                    segment.name
                )
            );
        }
        return {segment, api::Verdict::tunnel, group_of_peers(segment)};
    }

    std::string group_of_peers(const ApplicationSegment& segment) {
        for (const ServerGroup& group : segment.server_groups) {
            const auto mapped = via_.by_server_group.find(group.name);
            if (mapped != via_.by_server_group.end()) {
                return mapped->second;
            }
        }
        if (!via_.otherwise.empty()) {
            return via_.otherwise;
        }
        if (segment.server_groups.empty() || !segment.server_groups.front().named) {
            said_of(segment).error(
                {},
                segment.place,
                fmt::format("\"{}\" has no server group with a name: say --via GROUP", segment.name)
            );
            return {};
        }
        const ServerGroup& first = segment.server_groups.front();
        ++own_groups_[first.name];
        return first.name;
    }

    void say_what_is_left_out() {
        std::map<std::string, std::pair<size_t, const ApplicationSegment*>> by_reason;
        for (size_t i = 0; i < segments_.size(); ++i) {
            auto& [count, first] = by_reason[reasons_[i]];
            first = count++ == 0 ? &segments_[i] : first;
        }
        for (const auto& [reason, seen] : by_reason) {
            if (reason.empty()) {
                continue;
            }
            const auto& [count, first] = seen;
            std::string message =
                count == 1 ? fmt::format("\"{}\" is {} and left out", first->name, reason)
                           : fmt::format(
                                 "{} segments are {} and left out, \"{}\" first",
                                 count,
                                 reason,
                                 first->name
                             );
            if (reason.starts_with("without")) {
                said_of(*first).warning({}, first->place, std::move(message));
            } else {
                said_of(*first).note({}, first->place, std::move(message));
            }
        }
    }

    /// What an overlap means; nothing where it means nothing.
    [[nodiscard]] std::optional<std::string>
    remark_on(const Overlap& overlap, const std::vector<size_t>& ranks) const {
        const ApplicationSegment& inner = segments_[overlap.inner];
        const ApplicationSegment& outer = segments_[overlap.outer];
        const bool is_harmless = !is_used(overlap.inner) && outer.bypass == Bypass::always;
        if (!is_used(overlap.outer) || !inner.is_enabled || is_harmless) {
            return std::nullopt;
        }
        if (!is_used(overlap.inner)) {
            return fmt::format(
                "\"{}\" is not anchored, but its {} is in \"{}\" and takes that rule: put a rule "
                "with action \"direct\" before it if it must not",
                inner.name,
                overlap.entry,
                outer.name
            );
        }
        if (!overlap.is_within) {
            return fmt::format(
                "\"{}\" and \"{}\" share {} on the same ports, which Zscaler refuses: the first "
                "rule decides",
                inner.name,
                outer.name,
                overlap.entry
            );
        }
        if (ranks[overlap.inner] > ranks[overlap.outer]) {
            return fmt::format(
                "{} of \"{}\" is more specific than \"{}\", whose rule comes first: split one of "
                "them",
                overlap.entry,
                inner.name,
                outer.name
            );
        }
        return std::nullopt;
    }

    void say_overlaps(const std::vector<Overlap>& overlaps, const std::vector<uint32_t>& order) {
        std::vector<size_t> ranks(segments_.size());
        for (size_t rank = 0; rank < order.size(); ++rank) {
            ranks[order[rank]] = rank;
        }
        size_t n_said = 0;
        for (Overlap overlap : overlaps) {
            // Of two that share an entry, the one that is left out is the one to speak of.
            if (!overlap.is_within && !is_used(overlap.outer)) {
                std::swap(overlap.inner, overlap.outer);
            }
            auto remark = remark_on(overlap, ranks);
            if (remark && n_said++ < kMostSaid) {
                const ApplicationSegment& inner = segments_[overlap.inner];
                said_of(inner).warning({}, inner.place, std::move(*remark));
            }
        }
        if (n_said > kMostSaid) {
            findings_.front()
                .warning({}, "", fmt::format("{} more segments overlap", n_said - kMostSaid));
        }
        std::vector<uint32_t> used = order;
        std::erase_if(used, [this](uint32_t segment) { return !is_used(segment); });
        if (!std::ranges::is_sorted(used)) {
            findings_.front().note(
                {},
                "",
                "rules of more specific destinations are put first: the first that matches decides"
            );
        }
    }

    void say_groups() {
        for (const auto& [name, count] : own_groups_) {
            findings_.front().note(
                {},
                "",
                fmt::format(
                    "{} via \"{}\", a server group's name: give peers that group, or say --via",
                    count == 1 ? "a rule goes" : fmt::format("{} rules go", count),
                    name
                )
            );
        }
    }

    const std::vector<ApplicationSegment>& segments_;
    const ViaChoice& via_;
    std::vector<Findings>& findings_;
    std::vector<std::string> reasons_;  ///< by segment
    std::map<std::string, size_t> own_groups_;
};

}  // namespace

SegmentImport rules_of(
    const std::vector<ApplicationSegment>& segments,
    const ViaChoice& via,
    std::vector<Findings>& findings
) {
    return RuleMaker(segments, via, findings).make();
}

}  // namespace egret::control
