// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/publisher.hpp"

#include "control/daemon/clock.hpp"

#include <egret/api/tables_codec.hpp>

#include <utility>

namespace egret::control {

Publisher::Publisher(EventLoop& loop, DataplaneLink& link)
    : link_(link),
      busy_timer_(loop, [this] { send(); }) {}

void Publisher::publish(const api::Tables& tables, OnDone on_done) {
    if (is_under_way_) {
        fail("another configuration took its place");
    }
    encoded_ = api::encode(tables);
    on_done_ = std::move(on_done);
    is_under_way_ = true;
    ++number_;
    send();
}

void Publisher::send() {
    const api::Hello* hello = link_.hello();
    if (hello == nullptr) {
        fail("the dataplane is not connected");
        return;
    }
    auto memfd = api::make_sealed(encoded_);
    if (!memfd) {
        fail(memfd.error());
        return;
    }
    const api::Publish body{.instance = hello->instance, .size_bytes = encoded_.size()};
    const auto answered = [this, number = number_](const api::Answer& answer) {
        if (number == number_) {
            on_answer(answer);
        }
    };
    if (!link_.ask(body, answered, std::move(*memfd))) {
        fail("the dataplane is not connected");
    }
}

void Publisher::on_answer(const api::Answer& answer) {
    if (answer.status == api::AnswerStatus::busy) {
        busy_timer_.set(read_clocks().now_ns + kBusyRetryNs);
        return;
    }
    is_under_way_ = false;
    encoded_ = {};
    // It may publish again.
    const OnDone on_done = std::exchange(on_done_, nullptr);
    on_done(answer);
}

void Publisher::fail(std::string_view why) {
    api::Answer answer;
    answer.status = api::AnswerStatus::refused;
    answer.text = decltype(answer.text)(why);
    on_answer(answer);
}

}  // namespace egret::control
