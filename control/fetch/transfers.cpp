// SPDX-License-Identifier: Apache-2.0
#include "control/fetch/transfers.hpp"

#include <curl/curl.h>
#include <unordered_map>
#include <utility>

namespace egret::control {
namespace {

struct FreeMulti {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};

int on_socket(CURL*, curl_socket_t descriptor, int what, void* waiter, void*) {
    const bool reads = what == CURL_POLL_IN || what == CURL_POLL_INOUT;
    const bool writes = what == CURL_POLL_OUT || what == CURL_POLL_INOUT;
    static_cast<TransferWaiter*>(waiter)->want(descriptor, reads, writes);
    return 0;
}

int on_timeout(CURLM*, long timeout_ms, void* waiter) {
    static_cast<TransferWaiter*>(waiter)->want_time(timeout_ms);
    return 0;
}

template <class Value>
void set(CURLM* multi, CURLMoption option, Value value) {
    static_cast<void>(curl_multi_setopt(multi, option, value));
}

}  // namespace

struct Transfers::State {
    struct Running {
        std::unique_ptr<Transfer> transfer;
        OnResponse on_response;
    };

    std::unique_ptr<CURLM, FreeMulti> multi;
    std::unordered_map<void*, Running> running;
};

Transfers::Transfers(TransferWaiter& waiter)
    : state_(std::make_unique<State>()) {
    CURLM* multi = curl_multi_init();
    state_->multi.reset(multi);
    set(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    set(multi, CURLMOPT_SOCKETDATA, &waiter);
    set(multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    set(multi, CURLMOPT_TIMERDATA, &waiter);
    // Lists come once a day: a connection kept until then is one more thing to go stale.
    set(multi, CURLMOPT_MAXCONNECTS, 1L);
}

Transfers::~Transfers() {
    for (const auto& [handle, running] : state_->running) {
        curl_multi_remove_handle(state_->multi.get(), handle);
    }
}

void Transfers::start(
    const HttpRequest& request,
    OnResponse on_response,
    Transfer::OnProgress on_progress
) {
    auto transfer = std::make_unique<Transfer>(request, std::move(on_progress));
    void* handle = transfer->handle();
    state_->running[handle] = {std::move(transfer), std::move(on_response)};
    curl_multi_add_handle(state_->multi.get(), handle);
}

void Transfers::on_descriptor(int descriptor, bool can_read, bool can_write) {
    const int what = (can_read ? CURL_CSELECT_IN : 0) | (can_write ? CURL_CSELECT_OUT : 0);
    int n_running = 0;
    curl_multi_socket_action(state_->multi.get(), descriptor, what, &n_running);
    finish_some();
}

void Transfers::on_time() {
    int n_running = 0;
    curl_multi_socket_action(state_->multi.get(), CURL_SOCKET_TIMEOUT, 0, &n_running);
    finish_some();
}

bool Transfers::is_idle() const noexcept {
    return state_->running.empty();
}

/// A callback may start the next request.
void Transfers::finish_some() {
    int n_left = 0;
    while (const CURLMsg* message = curl_multi_info_read(state_->multi.get(), &n_left)) {
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        void* handle = message->easy_handle;
        const int code = message->data.result;
        curl_multi_remove_handle(state_->multi.get(), handle);
        auto found = state_->running.extract(handle);
        if (!found.empty()) {
            HttpResponse response = found.mapped().transfer->finish(code);
            found.mapped().on_response(std::move(response));
        }
    }
}

}  // namespace egret::control
