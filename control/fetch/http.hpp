// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace egret::control {

/// One GET over HTTPS. Certificates are always checked.
struct HttpRequest {
    std::string url;
    std::vector<std::string> headers;  ///< "Name: value"
    std::string proxy;                 ///< empty: none, whatever the environment says
    std::string ca;                    ///< a PEM file; empty: the system's authorities
    size_t max_bytes = 0;              ///< of the body, unpacked
    uint64_t timeout_ms = 0;           ///< for the whole of it
};

/// What came of it. With an `error` nothing else counts.
struct HttpResponse {
    std::string error;  ///< one clause; empty: there is a status
    long status = 0;
    std::string body;
    std::string etag;
    std::string last_modified;
    std::optional<uint64_t> retry_after_s;  ///< only where it is given in seconds
};

}  // namespace egret::control
