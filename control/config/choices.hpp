// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/config/table_reader.hpp"

#include <array>

/// Spellings of the configuration's enumerations. A test holds them against the schema's choices.
namespace egret::control {

inline constexpr std::array kRoles{
    Choice<api::Role>{"branch", api::Role::branch},
    Choice<api::Role>{"edge", api::Role::edge},
};

inline constexpr std::array kSides{
    Choice<api::Side>{"inside", api::Side::inside},
    Choice<api::Side>{"outside", api::Side::outside},
};

inline constexpr std::array kCarries{
    Choice<api::Carry>{"header", api::Carry::header},
    Choice<api::Carry>{"source", api::Carry::source},
};

inline constexpr std::array kSuites{
    Choice<crypto::Suite>{"wireguard", crypto::Suite::wireguard},
    Choice<crypto::Suite>{"aes256gcm", crypto::Suite::aes256gcm},
};

inline constexpr std::array kVerifies{
    Choice<api::Verify>{"registered", api::Verify::registered},
    Choice<api::Verify>{"observed", api::Verify::observed},
    Choice<api::Verify>{"both", api::Verify::both},
};

/// `verify_other_family`: is being registered enough?
inline constexpr std::array kOtherFamily{
    Choice<bool>{"refuse", false},
    Choice<bool>{"registered", true},
};

inline constexpr std::array kPresents{
    Choice<api::Present>{"origin", api::Present::origin},
    Choice<api::Present>{"anchor", api::Present::anchor},
    Choice<api::Present>{"edge", api::Present::edge},
};

inline constexpr std::array kVerdicts{
    Choice<api::Verdict>{"tunnel", api::Verdict::tunnel},
    Choice<api::Verdict>{"direct", api::Verdict::direct},
    Choice<api::Verdict>{"drop", api::Verdict::drop},
};

inline constexpr std::array kWhenDowns{
    Choice<api::WhenDown>{"drop", api::WhenDown::drop},
    Choice<api::WhenDown>{"direct", api::WhenDown::direct},
};

/// `family` of a rule; "any" is no choice of one.
inline constexpr std::array kRuleFamilies{
    Choice<api::Family>{"any", api::Family::none},
    Choice<api::Family>{"ipv4", api::Family::ipv4},
    Choice<api::Family>{"ipv6", api::Family::ipv6},
};

inline constexpr std::array kNewEntries{
    Choice<NewEntries>{"use", NewEntries::use},
    Choice<NewEntries>{"hold", NewEntries::hold},
};

inline constexpr std::array kGrants{
    Choice<Grant>{"block", Grant::block},
    Choice<Grant>{"mfa", Grant::mfa},
    Choice<Grant>{"compliant-device", Grant::compliant_device},
    Choice<Grant>{"hybrid-joined", Grant::hybrid_joined},
};

inline constexpr std::array kPolicyStates{
    Choice<PolicyState>{"enabled", PolicyState::enabled},
    Choice<PolicyState>{"report-only", PolicyState::report_only},
    Choice<PolicyState>{"disabled", PolicyState::disabled},
};

inline constexpr std::array kCaes{
    Choice<Cae>{"standard", Cae::standard},
    Choice<Cae>{"strict", Cae::strict},
};

inline constexpr std::array kCountryLookups{
    Choice<CountryLookup>{"ip", CountryLookup::ip},
    Choice<CountryLookup>{"gps", CountryLookup::gps},
};

inline constexpr std::array kScopes{
    Choice<Scope>{"auth", Scope::auth},
    Choice<Scope>{"auth+cae", Scope::auth_and_cae},
};

inline constexpr std::array kLogLevels{
    Choice<LogLevel>{"trace", LogLevel::trace},
    Choice<LogLevel>{"debug", LogLevel::debug},
    Choice<LogLevel>{"info", LogLevel::info},
    Choice<LogLevel>{"warning", LogLevel::warning},
    Choice<LogLevel>{"error", LogLevel::error},
};

/// The spelling of `value`; every enumerator has one.
template <class Enum, size_t Count>
[[nodiscard]] constexpr std::string_view
spelling_of(const std::array<Choice<Enum>, Count>& choices, Enum value) noexcept {
    for (const Choice<Enum>& choice : choices) {
        if (choice.value == value) {
            return choice.text;
        }
    }
    return {};
}

}  // namespace egret::control
