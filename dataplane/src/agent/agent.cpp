// SPDX-License-Identifier: Apache-2.0
#include "agent/agent.hpp"

#include "agent/check_request.hpp"
#include "agent/session_requests.hpp"

#include <egret/crypto/aead.hpp>
#include <egret/crypto/secret.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <sys/epoll.h>
#include <unistd.h>
#include <utility>

namespace egret {
namespace {

constexpr int kTickMs = 100;
constexpr uint64_t kTickNs = 100'000'000;

/// Requests in one go, so that handshakes go out in between.
constexpr int kRequestsAtOnce = 64;

api::AeadInUse in_use(const AeadChoice& choice) {
    const bool available = choice.backend != nullptr && choice.backend->available();
    api::AeadInUse use;
    use.name = api::ShortText<31>(available ? choice.backend->name : std::string_view());
    use.why = api::ShortText<127>(choice.why);
    return use;
}

}  // namespace

tl::expected<std::unique_ptr<Agent>, std::string>
Agent::create(AgentState state, api::ChannelListener listener) {
    api::Descriptor ready(epoll_create1(EPOLL_CLOEXEC));
    std::unique_ptr<Agent> agent(new Agent(std::move(state), std::move(listener), std::move(ready))
    );
    if (!agent->watch(agent->listener_.descriptor(), EPOLLIN) ||
        !agent->watch(agent->state_.bell.descriptor(), EPOLLIN)) {
        return tl::unexpected(std::string("epoll: ") + std::strerror(errno));
    }
    return agent;
}

Agent::Agent(AgentState state, api::ChannelListener listener, api::Descriptor ready)
    : state_(std::move(state)),
      listener_(std::move(listener)),
      ready_(std::move(ready)) {}

bool Agent::watch(int descriptor, uint32_t events) const noexcept {
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    return epoll_ctl(ready_.get(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void Agent::run(int stop) {
    if (!watch(stop, EPOLLIN)) {
        return;
    }
    generations_.begin();
    while (!wait(stop)) {
        state_.collect();
        accept();
        serve();
        news_.tell();
        listings_.go_on();
        captures_.write();
        tick();
    }
}

/// Sleeps until there is something to do. True if it is time to stop.
bool Agent::wait(int stop) {
    watch_connection();
    const Connection& connection = state_.connection;
    // The worker need not ring for what nobody could be told now.
    const bool wants_news = connection.open() && !connection.behind();
    bool at_once = false;
    if (wants_news) {
        state_.bell.listen();
        at_once = state_.came_back() || state_.node.has_messages() || captures_.waiting();
    }
    std::array<epoll_event, 4> events{};
    const int n = epoll_wait(ready_.get(), events.data(), events.size(), at_once ? 0 : kTickMs);
    state_.bell.hush();
    const auto found = std::span(events).first(static_cast<size_t>(std::max(n, 0)));
    return std::any_of(found.begin(), found.end(), [stop](const epoll_event& event) {
        return event.data.fd == stop;
    });
}

/// Has epoll look at the connection there is, for what can be done with it.
void Agent::watch_connection() {
    const Connection& connection = state_.connection;
    if (!connection.open()) {
        return;  // closed descriptors leave epoll by themselves
    }
    epoll_event event{};
    event.data.fd = connection.descriptor();
    event.events = connection.behind() ? EPOLLOUT : EPOLLIN;
    const bool is_new = watched_ != connection.serial();
    if (is_new || watched_events_ != event.events) {
        epoll_ctl(
            ready_.get(),
            is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD,
            connection.descriptor(),
            &event
        );
        watched_ = connection.serial();
        watched_events_ = event.events;
    }
}

void Agent::accept() {
    while (true) {
        auto channel = listener_.accept();
        if (channel) {
            state_.options.report(
                state_.connection.open() ? "another control took over" : "control is here"
            );
            state_.connection.replace(std::move(*channel));
            greet();
        } else if (channel.error().empty()) {
            return;
        } else {
            state_.options.report(channel.error());
        }
    }
}

void Agent::greet() {
    api::Hello hello;
    hello.instance = state_.options.instance;
    hello.generation = state_.generation;
    hello.started_ns = state_.options.started_ns;
    hello.process = static_cast<uint32_t>(getpid());
    hello.slots_used = state_.slots_used;
    hello.workers = state_.node.workers();
    hello.huge_pages = state_.options.huge_pages;
    std::ranges::transform(state_.options.aead, hello.aead.begin(), in_use);
    hello.max_simd_bits = state_.options.max_simd_bits;
    state_.connection.send(hello);
}

void Agent::serve() {
    state_.connection.flush();
    for (int i = 0; i < kRequestsAtOnce && receive(); ++i) {
    }
}

/// Takes one message. False if there is none, or if it cannot be taken now.
bool Agent::receive() {
    Connection& connection = state_.connection;
    if (!connection.open() || connection.behind() || !state_.can_give()) {
        return false;
    }
    switch (connection.receive(message_)) {
        case api::ChannelStatus::nothing:
            return false;
        case api::ChannelStatus::closed:
            lose_connection("control is gone; what it told stays live");
            return false;
        case api::ChannelStatus::refused:
            lose_connection("closed control's connection: it sent " + connection.why());
            return false;
        case api::ChannelStatus::ok:
            break;
    }
    const bool handled = handle(message_);
    message_.descriptor = api::Descriptor();
    if (!handled) {
        lose_connection("closed control's connection: it sent a message that means nothing here");
    }
    return handled;
}

void Agent::lose_connection(const std::string& why) {
    state_.connection.close();
    state_.options.report(why);
}

/// False if the message is none a dataplane takes.
bool Agent::handle(api::Message& message) {
    const Reply reply(state_, message.header.request);
    if (const auto* publish = message.as<api::Publish>()) {
        generations_.publish(*publish, message.descriptor, reply);
        return true;
    }
    if (message.header.type == api::MessageType::install) {
        return handle_install(message, reply);
    }
    if (const auto* retired = message.as<api::Retire>()) {
        retire(state_, *retired, reply);
        return true;
    }
    if (const auto* peer = message.as<api::SetPeerState>(); peer != nullptr && is_possible(*peer)) {
        set_peer_state(state_, *peer);
        return true;
    }
    if (const auto* sent = message.as<api::SendHandshake>();
        sent != nullptr && is_possible(*sent)) {
        send_handshake(state_, *sent);
        return true;
    }
    if (const auto* list = message.as<api::List>(); list != nullptr && is_possible(*list)) {
        listings_.start(*list, reply);
        return true;
    }
    if (message.header.type == api::MessageType::capture) {
        handle_capture(message, std::move(message.descriptor), reply);
        return true;
    }
    return false;
}

/// No key stays in the message.
bool Agent::handle_install(api::Message& message, const Reply& reply) {
    const api::Install& request = *message.as<api::Install>();
    const bool possible = is_possible(request);
    if (possible) {
        install(state_, request, reply);
    }
    crypto::wipe(std::span(message.bytes).first(message.header.size_bytes));
    return possible;
}

void Agent::handle_capture(
    const api::Message& message,
    api::Descriptor socket,
    const Reply& reply
) {
    const std::string error = captures_.start(*message.as<api::Capture>(), std::move(socket));
    error.empty() ? reply.answer(api::AnswerStatus::done)
                  : reply.answer(api::AnswerStatus::refused, error);
}

/// What is to be looked at now and then.
void Agent::tick() {
    const uint64_t now_ns = state_.options.clocks.boot_ns();
    if (now_ns < next_tick_ns_) {
        return;
    }
    next_tick_ns_ = now_ns + kTickNs;
    state_.node.reclaim();
    generations_.watch_links(now_ns);
    captures_.watch_readers();
    if (all_live() && state_.options.alive) {
        state_.options.alive();
    }
}

/// True if every worker made a turn since the last tick.
bool Agent::all_live() {
    bool all = true;
    last_turns_.resize(state_.workers.size());
    for (size_t i = 0; i < last_turns_.size(); ++i) {
        const uint64_t turns = state_.workers[i]->turns();
        all = all && turns != std::exchange(last_turns_[i], turns);
    }
    return all;
}

}  // namespace egret
