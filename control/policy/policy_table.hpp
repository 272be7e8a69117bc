// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"

#include <egret/api/address.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// What policies name, resolved once per generation, so that a question costs searches and no
/// comparing of names.
namespace egret::control {

class CountryDatabase;

/// What one entry of `include_locations` or `exclude_locations` stands for.
struct Reference {
    enum class Kind : uint8_t { all, all_trusted, all_compliant, mfa_trusted, location, unknown };

    Kind kind = Kind::unknown;
    uint32_t location = 0;  ///< index of Config::locations, of Kind::location

    friend constexpr bool operator==(const Reference&, const Reference&) = default;
};

/// The references of one policy, by index of its lists.
struct PolicyReferences {
    std::vector<Reference> include;
    std::vector<Reference> exclude;
};

/// How much of a range lies in a location.
enum class Part : uint8_t { none, some, all };

/// Where an address or a range lies among the locations of one configuration.
struct Place {
    std::vector<Part> locations;  ///< by index of Config::locations
    Part mfa_trusted = Part::none;
    Part trusted = Part::none;    ///< in trusted locations or MFA trusted ranges
    Part compliant = Part::none;  ///< a compliant network: set by who knows the tunnel
    std::string country;          ///< of an address, where a database knows it; two letters
};

/// How much of a place one reference means.
[[nodiscard]] Part part_of(const Place& place, const Reference& reference);

/// True if the policy applies to some address of the place; exclusion wins (domain row B22). Its
/// state is not looked at.
[[nodiscard]] bool may_apply(const Place& place, const PolicyReferences& policy);

/// True if sign-ins of `tenant` come from a compliant network of the configuration's tenant: no
/// tenant passes for another (domain row A21).
[[nodiscard]] bool is_compliant(const Config& config, std::string_view tenant);

/// Belongs to the configuration it was made of, but keeps no pointer to it: both may be moved.
/// Threads: asking from several is fine.
class PolicyTable {
  public:
    PolicyTable() = default;

    /// `countries` may be nullptr: then no address has a known country.
    PolicyTable(const Config& config, std::shared_ptr<const CountryDatabase> countries);

    /// By index of Config::policies.
    [[nodiscard]] const std::vector<PolicyReferences>& policies() const noexcept {
        return policies_;
    }

    [[nodiscard]] bool knows_countries() const noexcept { return countries_ != nullptr; }

    /// Cost: a binary search per location, a lookup in the database.
    [[nodiscard]] Place place_of(const Config& config, const api::Prefix& range) const;

    /// Of an address that lies in no location at all.
    [[nodiscard]] static Place elsewhere(const Config& config);

  private:
    std::vector<PolicyReferences> policies_;
    std::shared_ptr<const CountryDatabase> countries_;
};

}  // namespace egret::control
