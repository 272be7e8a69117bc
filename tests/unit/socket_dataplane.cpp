// SPDX-License-Identifier: Apache-2.0
#include "socket_dataplane.hpp"

#include "control/daemon/clock.hpp"

#include <egret/api/tables_codec.hpp>

#include <algorithm>
#include <utility>

#include <CppUTest/TestHarness.h>

namespace egret::test {
namespace {

template <class Page, class Record>
void send_pages(SocketDataplane& dataplane, const std::vector<Record>& records, uint32_t request) {
    size_t sent = 0;
    Page page;
    while (!page.last) {
        page.n = static_cast<uint16_t>(std::min(records.size() - sent, Page::kCapacity));
        std::copy_n(
            records.begin() + static_cast<std::ptrdiff_t>(sent),
            page.n,
            page.records.begin()
        );
        sent += page.n;
        page.last = sent == records.size();
        dataplane.send(page, request);
    }
}

}  // namespace

SocketDataplane::SocketDataplane(std::string path, uint64_t instance)
    : path_(std::move(path)) {
    hello.instance = instance;
    auto listener = api::ChannelListener::listen(path_);
    if (!listener) {
        FAIL(listener.error().c_str());
    }
    listener_.emplace(std::move(*listener));
}

void SocketDataplane::turn() {
    if (!listener_) {
        return;
    }
    if (!channel_.open()) {
        auto channel = listener_->accept();
        if (!channel) {
            return;
        }
        channel_ = std::move(*channel);
        if (says_hello) {
            send(hello);
        }
    }
    while (channel_.receive(message_) == api::ChannelStatus::ok) {
        take(message_);
    }
}

void SocketDataplane::die() {
    channel_.close();
    listener_.reset();
}

void SocketDataplane::punt(const api::HandshakeDatagram& datagram, const api::Endpoint& source) {
    api::PuntMessage message;
    message.punt.source = source;
    message.punt.time_ns = control::read_clocks().now_ns;
    message.punt.size_bytes = datagram.size_bytes;
    message.punt.bytes = datagram.bytes;
    send(message);
}

void SocketDataplane::tell(const api::Event& event) {
    send(api::EventMessage{event});
}

void SocketDataplane::take(const api::Message& message) {
    const uint32_t request = message.header.request;
    if (message.as<api::Publish>() != nullptr) {
        publish(message);
    } else if (const auto* body = message.as<api::Install>()) {
        install(*body, request);
    } else if (const auto* retire = message.as<api::Retire>()) {
        retired.push_back(retire->receiver_index);
    } else if (const auto* state = message.as<api::SetPeerState>()) {
        states.push_back(*state);
    } else if (const auto* handshake = message.as<api::SendHandshake>()) {
        sent.push_back(handshake->datagram);
    } else if (const auto* capture = message.as<api::Capture>()) {
        captures.push_back(*capture);
        send(api::Answer{}, request);
    } else if (const auto* asked = message.as<api::List>()) {
        list(*asked, request);
    }
}

void SocketDataplane::publish(const api::Message& message) {
    if (!answers) {
        return;
    }
    api::Answer answer;
    if (n_busy > 0) {
        --n_busy;
        answer.status = api::AnswerStatus::busy;
    } else if (!publish_refusal.empty()) {
        answer.status = api::AnswerStatus::refused;
        answer.text = decltype(answer.text)(publish_refusal);
    } else {
        const size_t size = message.as<api::Publish>()->size_bytes;
        const auto bytes = api::SealedBytes::map(message.descriptor, size, api::kMaxTablesBytes);
        CHECK_TRUE(bytes.has_value());
        auto decoded = api::decode_tables(bytes->bytes());
        CHECK_TRUE(decoded.has_value());
        tables = std::move(*decoded);
        hello.generation = tables->generation;
        ++n_published;
    }
    answer.generation = hello.generation;
    send(answer, message.header.request);
}

void SocketDataplane::install(const api::Install& body, uint32_t request) {
    installs.push_back(body);
    api::Answer answer;
    answer.receiver_index = body.session.receiver_index;
    if (body.instance != hello.instance) {
        answer.install = api::InstallStatus::wrong_instance;
    } else if (!install_refusals.empty()) {
        answer.install = install_refusals.front();
        install_refusals.erase(install_refusals.begin());
    }
    if (answer.install != api::InstallStatus::installed) {
        answer.status = api::AnswerStatus::refused;
    } else if (body.response.size_bytes != 0) {
        sent.push_back(body.response);
    }
    send(answer, request);
}

void SocketDataplane::list(const api::List& body, uint32_t request) {
    if (!answers) {
        return;
    }
    if (body.what == api::MessageType::counters) {
        send(counters, request);
    } else if (body.what == api::MessageType::sessions) {
        send_pages<api::SessionPage>(*this, sessions, request);
    } else if (body.what == api::MessageType::peers) {
        send_pages<api::PeerPage>(*this, peers, request);
    } else if (body.what == api::MessageType::ports) {
        send_pages<api::PortPage>(*this, ports, request);
    } else if (body.what == api::MessageType::flows) {
        send_pages<api::FlowPage>(*this, flows, request);
    } else if (body.what == api::MessageType::neighbours) {
        send_pages<api::NeighbourPage>(*this, std::vector<api::NeighbourRecord>(), request);
    }
}

bool turn_until(
    control::EventLoop& loop,
    const std::vector<SocketDataplane*>& dataplanes,
    const std::function<bool()>& done
) {
    constexpr int kTurns = 5000;
    for (int turn = 0; turn < kTurns; ++turn) {
        for (SocketDataplane* dataplane : dataplanes) {
            dataplane->turn();
        }
        loop.run_once(0);
        if (done()) {
            return true;
        }
        loop.run_once(1);
    }
    return done();
}

}  // namespace egret::test
