// SPDX-License-Identifier: Apache-2.0
#include "control_end.hpp"

#include <egret/api/tables_codec.hpp>

#include <poll.h>

#include <CppUTest/TestHarness.h>

namespace egret::test {
namespace {

constexpr int kPatienceMs = 5000;

/// Waits until the descriptor can be read.
bool is_readable(int descriptor) {
    pollfd waited{descriptor, POLLIN, 0};
    return poll(&waited, 1, kPatienceMs) == 1;
}

}  // namespace

ControlEnd::ControlEnd(const std::string& path) {
    auto channel = api::Channel::connect(path);
    check(channel.has_value(), "connected");
    channel_ = std::move(*channel);
    hello_ = *await<api::Hello>();
}

api::CountersMessage ControlEnd::counters() {
    send(api::List{});
    return *await<api::CountersMessage>(request_);
}

api::Answer ControlEnd::publish(const api::Tables& tables) {
    return publish(api::encode(tables));
}

api::Answer ControlEnd::publish(std::span<const std::byte> encoded) {
    const api::Descriptor memfd = api::make_sealed(encoded).value();
    api::Publish request;
    request.instance = hello_.instance;
    request.size_bytes = encoded.size();
    return ask(request, memfd.get());
}

bool ControlEnd::is_closed() {
    while (is_readable(channel_.descriptor())) {
        if (channel_.receive(*message_) == api::ChannelStatus::closed) {
            return true;
        }
    }
    return false;
}

void ControlEnd::check(bool holds, const char* what) {
    CHECK_TRUE_TEXT(holds, what);
}

void ControlEnd::take() {
    check(is_readable(channel_.descriptor()), "a message comes");
    check(channel_.receive(*message_) == api::ChannelStatus::ok, "the message is whole");
}

}  // namespace egret::test
