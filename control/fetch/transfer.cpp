// SPDX-License-Identifier: Apache-2.0
#include "control/fetch/transfer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <curl/curl.h>
#include <fmt/format.h>
#include <string_view>

namespace egret::control {
namespace {

constexpr long kConnectMs = 10'000;
constexpr long kStallSeconds = 20;
constexpr long kStallBytesPerSecond = 64;
constexpr long kMaxRedirects = 5;

/// Headers longer than this are no ETag or date of ours.
constexpr size_t kMaxHeader = 1024;

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The value of a header line if its name is `name` (in lower case); nothing otherwise.
std::optional<std::string> header_value(std::string_view line, std::string_view name) {
    if (line.size() <= name.size() || line.size() > kMaxHeader || line[name.size()] != ':' ||
        !std::ranges::equal(line.substr(0, name.size()), name, {}, lower)) {
        return std::nullopt;
    }
    line.remove_prefix(name.size() + 1);
    constexpr std::string_view kSpace = " \t\r\n";
    const size_t begin = line.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) {
        return std::string();
    }
    return std::string(line.substr(begin, line.find_last_not_of(kSpace) - begin + 1));
}

/// Where libcurl's callbacks put what comes.
struct Sink {
    HttpResponse* response;
    size_t max_bytes;
    bool* is_too_large;
    const Transfer::OnProgress* on_progress;
};

struct FreeHeaders {
    void operator()(curl_slist* headers) const noexcept { curl_slist_free_all(headers); }
};

struct FreeEasy {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};

}  // namespace

struct Transfer::State {
    std::unique_ptr<CURL, FreeEasy> easy;
    std::unique_ptr<curl_slist, FreeHeaders> headers;
    std::array<char, CURL_ERROR_SIZE> error{};
    HttpRequest request;
    OnProgress on_progress;
    HttpResponse response;
    bool is_too_large = false;
    Sink sink{};
};

namespace {

size_t take_body(char* data, size_t size, size_t count, void* to) {
    const Sink& sink = *static_cast<Sink*>(to);
    const size_t bytes = size * count;
    if (sink.response->body.size() + bytes > sink.max_bytes) {
        *sink.is_too_large = true;
        return 0;
    }
    sink.response->body.append(data, bytes);
    if (*sink.on_progress) {
        (*sink.on_progress)(sink.response->body.size());
    }
    return bytes;
}

/// Each answer of a chain of redirects begins with its status line: only the last one's headers count.
size_t take_header(char* data, size_t size, size_t count, void* to) {
    HttpResponse& response = *static_cast<Sink*>(to)->response;
    const std::string_view line(data, size * count);
    if (line.starts_with("HTTP/")) {
        response.etag.clear();
        response.last_modified.clear();
        response.retry_after_s.reset();
    } else if (const auto etag = header_value(line, "etag")) {
        response.etag = *etag;
    } else if (const auto modified = header_value(line, "last-modified")) {
        response.last_modified = *modified;
    } else if (const auto after = header_value(line, "retry-after")) {
        uint64_t seconds = 0;
        const char* end = after->data() + after->size();
        const auto [stop, status] = std::from_chars(after->data(), end, seconds);
        if (status == std::errc() && stop == end) {
            response.retry_after_s = seconds;
        }
    }
    return size * count;
}

/// What went wrong, for people: libcurl's own words where they say more.
std::string said_of(CURLcode code, const char* detail) {
    const std::string why = *detail != '\0' ? detail : curl_easy_strerror(code);
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_CONNECT:
            return "no connection: " + why;
        case CURLE_PEER_FAILED_VERIFICATION:
            return "the server's certificate is refused: " + why;
        case CURLE_SSL_CACERT_BADFILE:
            return "the file of certificate authorities cannot be used: " + why;
        case CURLE_OPERATION_TIMEDOUT:
            return "too slow: " + why;
        case CURLE_TOO_MANY_REDIRECTS:
            return fmt::format("redirected more than {} times", kMaxRedirects);
        case CURLE_UNSUPPORTED_PROTOCOL:
            return "redirected to something else than https";
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
        case CURLE_RECV_ERROR:
            return "the connection ended before the whole answer had come: " + why;
        default:
            return why;
    }
}

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
    // What this build of libcurl does not know is seen by the tests, not at run time.
    static_cast<void>(curl_easy_setopt(easy, option, value));
}

void set_limits(CURL* easy, const HttpRequest& request) {
    set(easy, CURLOPT_PROTOCOLS_STR, "https");
    set(easy, CURLOPT_REDIR_PROTOCOLS_STR, "https");
    set(easy, CURLOPT_FOLLOWLOCATION, 1L);
    set(easy, CURLOPT_MAXREDIRS, kMaxRedirects);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, std::min(kConnectMs, static_cast<long>(request.timeout_ms))
    );
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout_ms));
    set(easy, CURLOPT_LOW_SPEED_LIMIT, kStallBytesPerSecond);
    set(easy, CURLOPT_LOW_SPEED_TIME, kStallSeconds);
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
}

}  // namespace

Transfer::Transfer(const HttpRequest& request, OnProgress on_progress)
    : state_(std::make_unique<State>()) {
    State& state = *state_;
    state.request = request;
    state.on_progress = std::move(on_progress);
    state.easy.reset(curl_easy_init());
    state.sink = {&state.response, request.max_bytes, &state.is_too_large, &state.on_progress};
    CURL* easy = state.easy.get();
    set_limits(easy, request);
    set(easy, CURLOPT_URL, state.request.url.c_str());
    set(easy, CURLOPT_USERAGENT, "egret");
    set(easy, CURLOPT_ACCEPT_ENCODING, "");  // whatever this libcurl can unpack
    set(easy, CURLOPT_PROXY, state.request.proxy.c_str());
    if (!state.request.ca.empty()) {
        set(easy, CURLOPT_CAINFO, state.request.ca.c_str());
        set(easy, CURLOPT_CAPATH, nullptr);
    }
    for (const std::string& header : state.request.headers) {
        state.headers.reset(curl_slist_append(state.headers.release(), header.c_str()));
    }
    set(easy, CURLOPT_HTTPHEADER, state.headers.get());
    set(easy, CURLOPT_ERRORBUFFER, state.error.data());
    set(easy, CURLOPT_WRITEFUNCTION, take_body);
    set(easy, CURLOPT_WRITEDATA, &state.sink);
    set(easy, CURLOPT_HEADERFUNCTION, take_header);
    set(easy, CURLOPT_HEADERDATA, &state.sink);
}

Transfer::~Transfer() = default;

void* Transfer::handle() const noexcept {
    return state_->easy.get();
}

HttpResponse Transfer::finish(int code) {
    State& state = *state_;
    const auto result = static_cast<CURLcode>(code);
    if (state.is_too_large) {
        state.response.error = fmt::format("is larger than {} bytes", state.request.max_bytes);
    } else if (result != CURLE_OK) {
        state.response.error = said_of(result, state.error.data());
    }
    curl_easy_getinfo(state.easy.get(), CURLINFO_RESPONSE_CODE, &state.response.status);
    return std::move(state.response);
}

}  // namespace egret::control
