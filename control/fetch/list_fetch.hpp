// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/fetch/http.hpp"
#include "control/fetch/m365_service.hpp"
#include "control/lists/list_copy.hpp"
#include "control/lists/take_copy.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace egret::control {

/// The requests it takes to bring a list up to date, one after another, and what they make together.
/// Without sockets or clocks: somebody else makes the requests.
///
///     Microsoft's service   version -> (nothing new) | endpoints -> changes -> done
///     anything else         the list, if it has changed -> its signature, if it must have one -> done
///
/// The version service is asked first because it has no limits; only `changes` may fail without harm.
class ListFetch {
  public:
    /// The longest a whole request may take, unless the caller wants less.
    static constexpr uint64_t kTimeoutMs = 300'000;

    /// `before`: what is known of a copy that is still good; nothing asks for the list in any case.
    /// `client_id`: see ListStore::client_request_id.
    ListFetch(
        const ListSection& section,
        std::optional<ListCopy> before,
        std::string client_id,
        uint64_t timeout_ms = kTimeoutMs
    );

    struct Outcome {
        enum class Kind : uint8_t { fetched, unchanged, failed };
        Kind kind = Kind::failed;
        ListText text;                ///< fetched
        std::string problem;          ///< failed: one clause
        uint64_t retry_after_ms = 0;  ///< failed: not before, if the server says
    };

    /// The request to make now.
    [[nodiscard]] HttpRequest next() const;

    /// Takes its answer. Nothing: make the next request.
    [[nodiscard]] std::optional<Outcome> take(HttpResponse response);

  private:
    enum class Step : uint8_t { version, list, changes, signature };

    [[nodiscard]] std::optional<Outcome> take_version(const HttpResponse& response);
    [[nodiscard]] std::optional<Outcome> take_list(HttpResponse response);
    [[nodiscard]] std::optional<Outcome> after_list();
    [[nodiscard]] Outcome fetched();
    [[nodiscard]] Outcome failed(const HttpResponse& response, std::string_view what) const;

    ListSection section_;
    std::optional<ListCopy> before_;
    std::string client_id_;
    uint64_t timeout_ms_;
    std::optional<M365Service> service_;
    Step step_ = Step::list;
    ListText text_;
};

}  // namespace egret::control
