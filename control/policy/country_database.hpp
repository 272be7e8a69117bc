// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>

#include <memory>
#include <string>
#include <tl/expected.hpp>

struct MMDB_s;

namespace egret::control {

/// Which country an address is in, out of a database in MaxMind's format that the operator
/// supplies: GeoLite2 Country, DB-IP Country Lite and the like.
///
/// The file is mapped, so that it costs address space and not memory. Its metadata is checked before
/// the library sees it (mmdb_metadata.hpp); in what is damaged behind it a lookup finds nothing. It
/// must be replaced by another file and never written into.
/// Threads: `look_up` from several is fine.
class CountryDatabase {
  public:
    struct Answer {
        std::string country;         ///< two capital letters; empty: unknown
        uint8_t network_length = 0;  ///< the network the answer holds for, as a prefix length
    };

    /// Errors: a sentence, where the file cannot be read or is no such database.
    [[nodiscard]] static tl::expected<std::shared_ptr<const CountryDatabase>, std::string> open(
        const std::string& path
    );

    /// Cost: some dozen steps through the mapped tree.
    [[nodiscard]] Answer look_up(const api::IpAddress& address) const;

    ~CountryDatabase();
    CountryDatabase(const CountryDatabase&) = delete;
    CountryDatabase& operator=(const CountryDatabase&) = delete;

  private:
    explicit CountryDatabase(std::unique_ptr<MMDB_s> database);

    std::unique_ptr<MMDB_s> database_;
};

}  // namespace egret::control
