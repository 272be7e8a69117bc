// SPDX-License-Identifier: Apache-2.0
#include "control/config/bounded_json.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

using Json = nlohmann::json;

/// Walks through a text without keeping any of it, and stops where a limit is passed.
class Walk final : public nlohmann::json_sax<Json> {
  public:
    explicit Walk(const JsonLimits& limits)
        : limits_(limits) {}

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
        if (++n_values_ > limits_.max_values) {
            complaint_ = fmt::format("holds more than {} values", limits_.max_values);
        }
        return complaint_.empty();
    }

    bool enter() {
        if (++depth_ > limits_.max_depth) {
            complaint_ = fmt::format("nests deeper than {}", limits_.max_depth);
        }
        return count();
    }

    bool leave() {
        --depth_;
        return true;
    }

    JsonLimits limits_;
    size_t depth_ = 0;
    size_t n_values_ = 0;
    std::string complaint_;
};

}  // namespace

tl::expected<Json, std::string>
parse_bounded_json(std::string_view text, const JsonLimits& limits) {
    Walk walk(limits);
    if (!Json::sax_parse(text, &walk)) {
        return tl::unexpected(walk.complaint());
    }
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) {
        return tl::unexpected(std::string("is not JSON"));
    }
    return json;
}

}  // namespace egret::control
