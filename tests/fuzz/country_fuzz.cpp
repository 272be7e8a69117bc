// SPDX-License-Identifier: Apache-2.0
#include "control/policy/country_database.hpp"
#include "fuzz_check.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace egret;
using egret::test::require;

/// libmaxminddb 1.7.1 forgets a list when the description in a database's metadata is damaged; the rest
/// is held to account.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libmaxminddb";
}

/// A damaged database may know nothing; it must not say anything that is no country.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const int file = memfd_create("country", 0);
    require(file >= 0);
    require(size == 0 || write(file, data, size) == static_cast<ssize_t>(size));
    const auto database = control::CountryDatabase::open("/proc/self/fd/" + std::to_string(file));
    if (database) {
        for (const char* text : {"192.0.2.1", "192.0.2.129", "255.255.255.255", "2001:db8:42::1"}) {
            const auto answer = (*database)->look_up(api::parse_address(text).value());
            require(answer.country.empty() || answer.country.size() == 2);
            require(answer.network_length <= 128);
        }
    }
    close(file);
    return 0;
}
