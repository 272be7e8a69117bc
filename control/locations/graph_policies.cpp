// SPDX-License-Identifier: Apache-2.0
// The location condition of Conditional Access policies out of Graph. What is not modelled (users,
// applications, devices) is left out; what is demanded is kept as well as one word can.
#include "control/config/special_locations.hpp"
#include "control/locations/graph_reader.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace egret::control {
namespace {

struct Control {
    std::string_view graph;
    Grant grant;
};

constexpr std::array kControls{
    Control{"block", Grant::block},
    Control{"mfa", Grant::mfa},
    Control{"compliantDevice", Grant::compliant_device},
    Control{"domainJoinedDevice", Grant::hybrid_joined},
};

struct State {
    std::string_view graph;
    PolicyState state;
};

constexpr std::array kStates{
    State{"enabled", PolicyState::enabled},
    State{"enabledForReportingButNotEnforced", PolicyState::report_only},
    State{"disabled", PolicyState::disabled},
};

constexpr std::array kReserved{kAllLocations, kAllTrusted};

/// Nothing that a file can hold.
const GraphJson kNothing;

const GraphJson& member(const GraphJson& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() ? *found : kNothing;
}

std::vector<std::string> strings_of(const GraphJson& list) {
    std::vector<std::string> strings;
    for (size_t i = 0; list.is_array() && i < list.size(); ++i) {
        if (list[i].is_string()) {
            strings.push_back(list[i].get<std::string>());
        }
    }
    return strings;
}

/// Ids become names. One that nothing explains is an error: a policy without it would say
/// something else.
void read_references(
    const GraphObject& object,
    const char* key,
    const GraphBook& graph,
    LocatedList<std::string>& out,
    Findings& findings
) {
    for (const std::string& id :
         strings_of(member(member(object.json["conditions"], "locations"), key))) {
        const auto known = graph.names_by_id.find(id);
        if (std::ranges::find(kReserved, id) != kReserved.end()) {
            out.push_back({id, {}});
        } else if (known != graph.names_by_id.end()) {
            out.push_back({known->second, {}});
        } else {
            findings.error(
                {},
                fmt::format("{}.{}", object.place, key),
                fmt::format(
                    "location {} is in none of the files: give the export of the named locations "
                    "too",
                    id
                )
            );
        }
    }
}

PolicyState read_state(const GraphObject& object, Findings& findings) {
    const std::string text = text_of(object.json, "state");
    const auto known = std::ranges::find(kStates, text, &State::graph);
    if (known != kStates.end()) {
        return known->state;
    }
    findings.warning(
        {},
        object.place + ".state",
        fmt::format("\"{}\" is unknown and taken as enabled", text)
    );
    return PolicyState::enabled;
}

/// The demands; a control that is not modelled counts as `mfa`, so that the policy is not lost.
std::vector<Grant> read_grants(const GraphObject& object, Findings& findings) {
    const GraphJson& controls = member(object.json, "grantControls");
    std::vector<Grant> grants;
    std::vector<std::string> unknown;
    for (const std::string& text : strings_of(member(controls, "builtInControls"))) {
        const auto known = std::ranges::find(kControls, text, &Control::graph);
        if (known != kControls.end()) {
            grants.push_back(known->grant);
        } else {
            unknown.push_back(text);
        }
    }
    for (const char* key :
         {"authenticationStrength", "termsOfUse", "customAuthenticationFactors"}) {
        const GraphJson& value = member(controls, key);
        if (!value.is_null() && !value.empty()) {
            unknown.emplace_back(key);
        }
    }
    if (!unknown.empty()) {
        findings.warning(
            {},
            object.place + ".grantControls",
            fmt::format("\"{}\" is not modelled and taken as \"mfa\"", unknown.front())
        );
        grants.push_back(Grant::mfa);
    }
    std::ranges::sort(grants);
    grants.erase(std::unique(grants.begin(), grants.end()), grants.end());
    const bool is_choice = text_of(controls, "operator") != "AND";
    if (grants.size() > 1 && is_choice && grants.front() != Grant::block) {
        findings.warning(
            {},
            object.place + ".grantControls",
            "any one of several controls is enough; only the first is kept"
        );
        grants.resize(1);
    }
    return grants;
}

Cae read_cae(const GraphObject& object) {
    const GraphJson& session = member(object.json, "sessionControls");
    const std::string mode = text_of(member(session, "continuousAccessEvaluation"), "mode");
    return mode == "strictLocation" || mode == "strictEnforcement" ? Cae::strict : Cae::standard;
}

std::vector<std::string> names_of(const std::vector<PolicySection>& policies) {
    std::vector<std::string> names;
    names.reserve(policies.size());
    for (const PolicySection& policy : policies) {
        names.push_back(*policy.name);
    }
    return names;
}

}  // namespace

void read_graph_policy(const GraphObject& object, GraphBook& graph, Findings& findings) {
    const GraphJson& conditions = member(object.json, "conditions");
    if (!conditions.is_object()) {
        findings.error({}, object.place, "has no object conditions");
        return;
    }
    PolicySection policy;
    policy.state.value = read_state(object, findings);
    policy.cae.value = read_cae(object);
    read_references(object, "includeLocations", graph, policy.include_locations, findings);
    read_references(object, "excludeLocations", graph, policy.exclude_locations, findings);
    if (policy.include_locations.empty()) {
        policy.include_locations.push_back({std::string(kAllLocations), {}});
    }
    const std::string name = text_of(object.json, "displayName");
    const std::vector<Grant> grants = read_grants(object, findings);
    if (grants.empty()) {
        findings.note({}, object.place, fmt::format("kept out: \"{}\" demands nothing", name));
    }
    for (const Grant grant : grants) {
        policy.grant.value = grant;
        policy.name.value =
            usable_name(name, text_of(object.json, "id"), names_of(graph.book.policies));
        graph.book.policies.push_back(policy);
    }
}

}  // namespace egret::control
