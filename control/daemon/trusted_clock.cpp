// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/trusted_clock.hpp"

#include "control/config/read_file.hpp"
#include "control/records/time.hpp"
#include "control/state/durable_file.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <sys/stat.h>

#ifndef EGRET_BUILD_UNIX_S
#error "the build says when it is made, see CMakeLists.txt"
#endif

namespace egret::control {
namespace {

constexpr mode_t kMode = S_IRUSR | S_IWUSR;
constexpr uint64_t kBuildUnixNs = uint64_t{EGRET_BUILD_UNIX_S} * 1'000'000'000;

}  // namespace

tl::expected<TrustedClock, std::string> TrustedClock::open(std::filesystem::path file) {
    constexpr size_t kMaxBytes = 64;
    std::error_code failure;
    if (!std::filesystem::exists(file, failure) && !failure) {
        return TrustedClock(std::move(file), kBuildUnixNs);
    }
    const auto text = read_file(file, kMaxBytes);
    const auto time = text && text->ends_with('\n')
                          ? parse_time(std::string_view(*text).substr(0, text->size() - 1))
                          : std::nullopt;
    if (!time) {
        return tl::unexpected(fmt::format(
            "{}: holds no time: delete it if the machine's clock is right",
            file.string()
        ));
    }
    return TrustedClock(std::move(file), std::max(*time, kBuildUnixNs));
}

tl::expected<void, std::string> TrustedClock::remember(uint64_t wall_unix_ns) {
    if (wall_unix_ns <= floor_unix_ns_) {
        return {};
    }
    floor_unix_ns_ = wall_unix_ns;
    return write_durably(file_, time_text(wall_unix_ns) + "\n", kMode);
}

}  // namespace egret::control
