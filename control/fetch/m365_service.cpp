// SPDX-License-Identifier: Apache-2.0
#include "control/fetch/m365_service.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace egret::control {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kEndpoints = "/endpoints/";
constexpr size_t kDayDigits = 8;

bool are_digits(std::string_view text, size_t count) noexcept {
    return text.size() == count &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool asks_for_id(std::string_view query) {
    std::string lower(query);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower.find("clientrequestid=") != std::string::npos;
}

std::string text_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

int number_at(std::string_view text, size_t at, size_t digits) {
    int number = 0;
    std::from_chars(text.data() + at, text.data() + at + digits, number);
    return number;
}

}  // namespace

std::optional<M365Service> M365Service::of(std::string_view source) {
    constexpr std::string_view kHttps = "https://";
    const size_t slash = source.find('/', kHttps.size());
    if (!source.starts_with(kHttps) || slash == std::string_view::npos ||
        !source.substr(slash).starts_with(kEndpoints)) {
        return std::nullopt;
    }
    std::string_view rest = source.substr(slash + kEndpoints.size());
    const size_t mark = std::min(rest.find('?'), rest.size());
    const std::string_view instance = rest.substr(0, mark);
    const bool is_word =
        !instance.empty() && instance.find_first_of("/.#%") == std::string_view::npos;
    if (!is_word) {
        return std::nullopt;
    }
    return M365Service{
        std::string(source.substr(0, slash)),
        std::string(instance),
        std::string(rest.substr(std::min(mark + 1, rest.size())))};
}

std::string M365Service::version_url(const std::string& id) const {
    return fmt::format("{}/version/{}?ClientRequestId={}", base, instance, id);
}

std::string M365Service::endpoints_url(const std::string& id) const {
    std::string url = fmt::format("{}{}{}", base, kEndpoints, instance);
    char separator = '?';
    if (!query.empty()) {
        url += separator + query;
        separator = '&';
    }
    return asks_for_id(query) ? url : fmt::format("{}{}ClientRequestId={}", url, separator, id);
}

std::string M365Service::changes_url(const std::string& version, const std::string& id) const {
    return fmt::format("{}/changes/{}/{}?ClientRequestId={}", base, instance, version, id);
}

bool is_m365_version(std::string_view version) noexcept {
    constexpr size_t kDigits = 10;
    return are_digits(version, kDigits);
}

/// The service answers with an object for one instance and with an array for all.
std::optional<std::string> latest_m365_version(const std::string& answer) {
    const Json json = Json::parse(answer, nullptr, false);
    const Json& one = json.is_array() && json.size() == 1 ? json[0] : json;
    if (!one.is_object()) {
        return std::nullopt;
    }
    std::string latest = text_of(one, "latest");
    return is_m365_version(latest) ? std::optional(std::move(latest)) : std::nullopt;
}

uint64_t m365_version_ns(std::string_view version) noexcept {
    if (!is_m365_version(version)) {
        return 0;
    }
    using namespace std::chrono;
    const year_month_day day{
        year(number_at(version, 0, 4)),
        month(static_cast<unsigned>(number_at(version, 4, 2))),
        std::chrono::day(static_cast<unsigned>(number_at(version, 6, 2)))};
    const auto since = day.ok() ? sys_days(day).time_since_epoch() : days(0);
    return since.count() > 0 ? static_cast<uint64_t>(nanoseconds(since).count()) : 0;
}

std::vector<ComingEntry> m365_additions(const std::string& answer) {
    constexpr size_t kMaxAdditions = 10'000;
    std::vector<ComingEntry> additions;
    const Json changes = Json::parse(answer, nullptr, false);
    if (!changes.is_array()) {
        return additions;
    }
    for (const Json& change : changes) {
        const auto add = change.is_object() ? change.find("add") : change.end();
        const std::string date = change.is_object() && add != change.end() && add->is_object()
                                     ? text_of(*add, "effectiveDate")
                                     : std::string();
        if (!are_digits(date, kDayDigits)) {
            continue;
        }
        for (const char* key : {"ips", "urls"}) {
            for (const Json& entry : add->value(key, Json::array())) {
                if (entry.is_string() && additions.size() < kMaxAdditions) {
                    additions.push_back({entry.get<std::string>(), date});
                }
            }
        }
    }
    return additions;
}

}  // namespace egret::control
