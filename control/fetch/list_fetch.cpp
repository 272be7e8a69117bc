// SPDX-License-Identifier: Apache-2.0
#include "control/fetch/list_fetch.hpp"

#include "control/lists/list_signature.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace egret::control {
namespace {

constexpr long kOk = 200;
constexpr long kNotModified = 304;
constexpr long kNotFound = 404;
constexpr long kTooManyRequests = 429;

/// Microsoft's answer 429 says to wait an hour, whatever Retry-After says; nobody makes us wait longer
/// than a day.
constexpr uint64_t kServiceWaitMs = 3'600'000;
constexpr uint64_t kLongestWaitMs = 24 * 3'600'000;

constexpr size_t kMaxSmallAnswer = size_t{1} << 20;

/// The address of the signature: behind the path, in front of a query.
std::string signature_url(const std::string& source) {
    const size_t mark = std::min(source.find('?'), source.size());
    return source.substr(0, mark) + kSignatureSuffix + source.substr(mark);
}

}  // namespace

ListFetch::ListFetch(
    const ListSection& section,
    std::optional<ListCopy> before,
    std::string client_id,
    uint64_t timeout_ms
)
    : section_(section),
      before_(std::move(before)),
      client_id_(std::move(client_id)),
      timeout_ms_(timeout_ms) {
    if (before_ && before_->hash.empty()) {
        before_.reset();
    }
    if (*section.format == ListFormat::m365) {
        service_ = M365Service::of(*section.source);
    }
    step_ = service_ ? Step::version : Step::list;
}

HttpRequest ListFetch::next() const {
    HttpRequest request;
    request.proxy = *section_.proxy;
    request.ca = *section_.ca;
    request.timeout_ms = timeout_ms_;
    request.max_bytes = kMaxSmallAnswer;
    switch (step_) {
        case Step::version:
            request.url = service_->version_url(client_id_);
            return request;
        case Step::changes:
            request.url = service_->changes_url(before_->seen_version, client_id_);
            return request;
        case Step::signature:
            request.url = signature_url(*section_.source);
            return request;
        case Step::list:
            break;
    }
    request.url = service_ ? service_->endpoints_url(client_id_) : *section_.source;
    request.max_bytes = *section_.max_bytes;
    if (before_ && !service_ && !before_->etag.empty()) {
        request.headers.push_back("If-None-Match: " + before_->etag);
    }
    if (before_ && !service_ && !before_->last_modified.empty()) {
        request.headers.push_back("If-Modified-Since: " + before_->last_modified);
    }
    return request;
}

std::optional<ListFetch::Outcome> ListFetch::take(HttpResponse response) {
    switch (step_) {
        case Step::version:
            return take_version(response);
        case Step::changes:
            if (response.error.empty() && response.status == kOk) {
                text_.coming = m365_additions(response.body);
            }
            return fetched();
        case Step::signature:
            if (!response.error.empty() || response.status != kOk) {
                return failed(response, "its signature: ");
            }
            text_.signature = std::move(response.body);
            return fetched();
        case Step::list:
            break;
    }
    return take_list(std::move(response));
}

/// A mirror has the list and may lack the rest: then it is fetched as any other.
std::optional<ListFetch::Outcome> ListFetch::take_version(const HttpResponse& response) {
    if (response.error.empty() && response.status == kNotFound) {
        service_.reset();
        step_ = Step::list;
        return std::nullopt;
    }
    if (!response.error.empty() || response.status != kOk) {
        return failed(response, "its version: ");
    }
    const auto latest = latest_m365_version(response.body);
    if (!latest) {
        Outcome outcome;
        outcome.problem = "its version: the answer names no version of ten digits";
        return outcome;
    }
    if (before_ && is_m365_version(before_->seen_version) && *latest <= before_->seen_version) {
        Outcome outcome;
        outcome.kind = Outcome::Kind::unchanged;
        return outcome;
    }
    text_.version = *latest;
    text_.gone_ns = m365_version_ns(*latest);
    step_ = Step::list;
    return std::nullopt;
}

std::optional<ListFetch::Outcome> ListFetch::take_list(HttpResponse response) {
    if (response.error.empty() && response.status == kNotModified && before_) {
        Outcome outcome;
        outcome.kind = Outcome::Kind::unchanged;
        return outcome;
    }
    if (!response.error.empty() || response.status != kOk) {
        return failed(response, "");
    }
    text_.text = std::move(response.body);
    text_.etag = std::move(response.etag);
    text_.last_modified = std::move(response.last_modified);
    return after_list();
}

std::optional<ListFetch::Outcome> ListFetch::after_list() {
    if (section_.signed_by.stated()) {
        step_ = Step::signature;
        return std::nullopt;
    }
    if (service_ && before_ && is_m365_version(before_->seen_version)) {
        step_ = Step::changes;
        return std::nullopt;
    }
    return fetched();
}

ListFetch::Outcome ListFetch::fetched() {
    Outcome outcome;
    outcome.kind = Outcome::Kind::fetched;
    outcome.text = std::move(text_);
    return outcome;
}

ListFetch::Outcome ListFetch::failed(const HttpResponse& response, std::string_view what) const {
    Outcome outcome;
    if (!response.error.empty()) {
        outcome.problem = fmt::format("{}{}", what, response.error);
        return outcome;
    }
    outcome.problem = fmt::format("{}the server answered {}", what, response.status);
    constexpr uint64_t kMsPerSecond = 1000;
    const uint64_t asked_s = response.retry_after_s.value_or(0);
    outcome.retry_after_ms = std::min(asked_s, kLongestWaitMs / kMsPerSecond) * kMsPerSecond;
    if (response.status == kTooManyRequests) {
        const bool is_service = service_.has_value();
        outcome.retry_after_ms = std::max(outcome.retry_after_ms, is_service ? kServiceWaitMs : 0);
        outcome.problem += outcome.retry_after_ms == 0 ? ": too many requests"
                                                       : fmt::format(
                                                             ": too many requests, wait {} s",
                                                             outcome.retry_after_ms / kMsPerSecond
                                                         );
    }
    return outcome;
}

}  // namespace egret::control
