// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/dataplane_link.hpp"

#include "control/daemon/clock.hpp"

#include <sys/epoll.h>

namespace egret::control {
namespace {

/// Messages taken in one turn of the loop, so that operators are answered during a flood of them.
constexpr int kMessagesPerTurn = 256;

api::Answer lost_answer() {
    api::Answer answer;
    answer.status = api::AnswerStatus::refused;
    answer.text = decltype(answer.text)("the connection to the dataplane was lost");
    return answer;
}

}  // namespace

DataplaneLink::DataplaneLink(
    EventLoop& loop,
    Log& log,
    DataplaneListener& listener,
    std::string path
)
    : loop_(loop),
      log_(log),
      listener_(listener),
      path_(std::move(path)),
      problem_("the dataplane has not been asked yet"),
      connect_timer_(loop, [this] { connect(); }),
      lose_timer_(loop, [this] { lose(); }),
      patience_timer_(loop, [this] { check_patience(); }) {
    connect_timer_.set(0);
}

DataplaneLink::~DataplaneLink() {
    loop_.forget(watch_);
}

bool DataplaneLink::tell(const Parcel::Body& body) {
    return send(body, 0, {});
}

bool DataplaneLink::ask(const Parcel::Body& body, OnAnswer on_answer, api::Descriptor descriptor) {
    return request(
        body,
        [on_answer = std::move(on_answer)](const api::Message* message) {
            const auto* answer = message != nullptr ? message->as<api::Answer>() : nullptr;
            on_answer(answer != nullptr ? *answer : lost_answer());
            return true;
        },
        std::move(descriptor)
    );
}

bool DataplaneLink::request(
    const Parcel::Body& body,
    OnMessage on_message,
    api::Descriptor descriptor
) {
    // 0 is what nobody asked for.
    last_request_ += last_request_ == UINT32_MAX ? 2 : 1;
    if (!send(body, last_request_, std::move(descriptor))) {
        return false;
    }
    const uint64_t now_ns = read_clocks().now_ns;
    pending_[last_request_] = {std::move(on_message), now_ns};
    if (!patience_timer_.is_set()) {
        patience_timer_.set(now_ns + kPatienceNs);
    }
    return true;
}

bool DataplaneLink::send(const Parcel::Body& body, uint32_t request, api::Descriptor descriptor) {
    if (!hello_ || !channel_.open()) {
        return false;
    }
    if (outbox_.empty()) {
        const api::ChannelStatus status = std::visit(
            [&](const auto& message) { return channel_.send(message, request, descriptor.get()); },
            body
        );
        if (status == api::ChannelStatus::closed) {
            give_up("the dataplane closed the connection", kRetryNs);
            return false;
        }
        if (status == api::ChannelStatus::ok) {
            return true;
        }
        loop_.change(watch_, EPOLLIN | EPOLLOUT);
    }
    if (outbox_.push(body, request, descriptor)) {
        return true;
    }
    if (!std::holds_alternative<api::SendHandshake>(body)) {
        give_up("the dataplane does not take what it is told", kRetryNs);
    }
    return false;
}

void DataplaneLink::connect() {
    auto channel = api::Channel::connect(path_);
    if (!channel) {
        note("the dataplane is not there (" + channel.error() + "): start egret-dataplane");
        connect_timer_.set(read_clocks().now_ns + kRetryNs);
        return;
    }
    channel_ = std::move(*channel);
    watch_ =
        loop_.watch(channel_.descriptor(), EPOLLIN, [this](uint32_t events) { on_ready(events); });
}

void DataplaneLink::on_ready(uint32_t events) {
    if ((events & EPOLLOUT) != 0) {
        const api::ChannelStatus status = outbox_.flush(channel_);
        if (status == api::ChannelStatus::closed) {
            give_up("the dataplane closed the connection", kRetryNs);
            return;
        }
        if (status == api::ChannelStatus::ok) {
            loop_.change(watch_, EPOLLIN);
        }
    }
    for (int i = 0; i < kMessagesPerTurn && channel_.open(); ++i) {
        switch (channel_.receive(message_)) {
            case api::ChannelStatus::ok:
                on_message(message_);
                break;
            case api::ChannelStatus::nothing:
                return;
            case api::ChannelStatus::closed:
                give_up("the dataplane closed the connection", kRetryNs);
                return;
            case api::ChannelStatus::refused:
                give_up("the dataplane sent " + channel_.why(), kRetryRefusedNs);
                return;
        }
    }
}

void DataplaneLink::on_message(const api::Message& message) {
    if (!hello_) {
        if (!accept_hello(message)) {
            give_up("the dataplane did not say hello first", kRetryRefusedNs);
        }
    } else if (const auto* punt = message.as<api::PuntMessage>()) {
        listener_.on_punt(punt->punt);
    } else if (const auto* event = message.as<api::EventMessage>()) {
        listener_.on_event(event->event);
    } else if (message.header.request != 0) {
        on_reply(message);
    }
}

bool DataplaneLink::accept_hello(const api::Message& message) {
    const auto* hello = message.as<api::Hello>();
    if (hello == nullptr) {
        return false;
    }
    hello_ = *hello;
    problem_.clear();
    log_.info(
        "dataplane connected",
        {{"process", std::to_string(hello->process)},
         {"generation", std::to_string(hello->generation)},
         {"workers", std::to_string(hello->workers)}}
    );
    listener_.on_connected(*hello);
    return true;
}

void DataplaneLink::on_reply(const api::Message& message) {
    const auto found = pending_.find(message.header.request);
    if (found == pending_.end()) {
        return;
    }
    // The callback may ask again, which may move what the map holds; and the next page is a sign of life.
    Pending pending = std::move(found->second);
    pending_.erase(found);
    if (!pending.on_message(&message) && hello_) {
        pending.since_ns = read_clocks().now_ns;
        pending_[message.header.request] = std::move(pending);
    }
}

void DataplaneLink::check_patience() {
    uint64_t oldest_ns = kNever;
    for (const auto& [number, pending] : pending_) {
        oldest_ns = std::min(oldest_ns, pending.since_ns);
    }
    if (oldest_ns == kNever) {
        return;
    }
    if (age_ns(oldest_ns, read_clocks().now_ns) >= kPatienceNs) {
        give_up("the dataplane does not answer", kRetryRefusedNs);
    } else {
        patience_timer_.set(oldest_ns + kPatienceNs);
    }
}

/// Tried again and again, a connection fails for the same reason: said once.
void DataplaneLink::note(std::string problem) {
    if (problem_ != problem) {
        problem_ = std::move(problem);
        log_.warning("no connection to the dataplane", {{"reason", problem_}});
    }
}

/// May come from within any call: who listens is told on the loop's next turn.
void DataplaneLink::give_up(std::string problem, uint64_t retry_ns) {
    // Before anything can be opened under the descriptor's number: the channel may have closed it already.
    loop_.forget(watch_);
    watch_ = 0;
    channel_.close();
    outbox_.clear();
    note(std::move(problem));
    retry_ns_ = retry_ns;
    lose_timer_.set(0);
}

void DataplaneLink::lose() {
    const bool was_connected = hello_.has_value();
    hello_.reset();
    patience_timer_.stop();
    auto pending = std::exchange(pending_, {});
    for (auto& [number, request] : pending) {
        request.on_message(nullptr);
    }
    if (was_connected) {
        listener_.on_disconnected();
    }
    connect_timer_.set(read_clocks().now_ns + retry_ns_);
}

}  // namespace egret::control
