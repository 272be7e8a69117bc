// SPDX-License-Identifier: Apache-2.0
#include "control/lists/list_json.hpp"

#include "control/config/suggest.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace egret::control {
namespace {

using Json = nlohmann::json;

/// Walks through a text without keeping any of it, and stops where a limit is passed.
class Walk final : public nlohmann::json_sax<Json> {
  public:
    bool null() override { return count(); }

    bool boolean(bool) override { return count(); }

    bool number_integer(number_integer_t) override { return count(); }

    bool number_unsigned(number_unsigned_t) override { return count(); }

    bool number_float(number_float_t, const string_t&) override { return count(); }

    bool string(string_t&) override { return count(); }

    bool binary(binary_t&) override { return count(); }

    bool key(string_t&) override { return count(); }

    bool start_object(size_t) override { return enter(); }

    bool end_object() override { return leave(); }

    bool start_array(size_t) override { return enter(); }

    bool end_array() override { return leave(); }

    bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override {
        complaint_ = "is not JSON";
        return false;
    }

    [[nodiscard]] const std::string& complaint() const noexcept { return complaint_; }

  private:
    bool count() {
        if (++n_values_ > kMaxListValues) {
            complaint_ = fmt::format("holds more than {} values", kMaxListValues);
        }
        return complaint_.empty();
    }

    bool enter() {
        if (++depth_ > kMaxListDepth) {
            complaint_ = fmt::format("nests deeper than {}", kMaxListDepth);
        }
        return count();
    }

    bool leave() {
        --depth_;
        return true;
    }

    size_t depth_ = 0;
    size_t n_values_ = 0;
    std::string complaint_;
};

/// "it has a, b and 20 more"
std::string there_are(const std::vector<std::string_view>& names) {
    constexpr size_t kMaxNamed = 32;
    const size_t n_named = std::min(names.size(), kMaxNamed);
    const std::vector<std::string_view> first(
        names.begin(),
        names.begin() + static_cast<ptrdiff_t>(n_named)
    );
    return fmt::format(
        "it has {}{}",
        fmt::join(first, ", "),
        n_named < names.size() ? fmt::format(" and {} more", names.size() - n_named) : ""
    );
}

}  // namespace

std::optional<Json> parse_list_json(const std::string& text, ListReport& report) {
    Walk walk;
    if (!Json::sax_parse(text, &walk)) {
        report.error(walk.complaint());
        return std::nullopt;
    }
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) {
        report.error("is not JSON");
        return std::nullopt;
    }
    return json;
}

const std::string* string_below(const Json& object, const char* key) {
    if (!object.is_object()) {
        return nullptr;
    }
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get_ptr<const std::string*>()
                                                       : nullptr;
}

const Json* array_below(const Json& object, const char* key) {
    if (!object.is_object()) {
        return nullptr;
    }
    const auto found = object.find(key);
    return found != object.end() && found->is_array() ? &*found : nullptr;
}

bool is_wanted(const LocatedList<std::string>& wanted, std::string_view name) {
    return wanted.empty() || std::ranges::any_of(wanted, [&](const Located<std::string>& one) {
               return *one == name;
           });
}

bool check_selected(
    const LocatedList<std::string>& wanted,
    std::vector<std::string_view> there,
    std::string_view what,
    std::string_view key,
    ListReport& report
) {
    std::ranges::sort(there);
    there.erase(std::unique(there.begin(), there.end()), there.end());
    bool all_exist = true;
    for (const Located<std::string>& name : wanted) {
        if (std::ranges::binary_search(there, std::string_view(*name))) {
            continue;
        }
        report.error_at(
            name.at,
            fmt::format("list.select.{}", key),
            fmt::format(
                "has no {} \"{}\"{}; {}",
                what,
                *name,
                did_you_mean(*name, there),
                there_are(there)
            )
        );
        all_exist = false;
    }
    return all_exist;
}

}  // namespace egret::control
