// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/channel.hpp>
#include <egret/api/messages.hpp>
#include <egret/api/tables.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace egret::test {

/// Control's end of the socket, played by the test. What does not come within some seconds does not come.
class ControlEnd {
  public:
    /// Connects and is greeted; the test fails otherwise.
    explicit ControlEnd(const std::string& path);

    [[nodiscard]] const api::Hello& hello() const noexcept { return hello_; }

    [[nodiscard]] api::Channel& channel() noexcept { return channel_; }

    /// Sends a request and waits for its answer; what else comes in between is thrown away.
    template <class Body>
    [[nodiscard]] api::Answer ask(const Body& body, int descriptor = -1) {
        send(body, descriptor);
        return *await<api::Answer>(request_);
    }

    /// Asks for a list and collects its pages.
    template <class Page>
    [[nodiscard]] auto list(uint32_t limit = 0) {
        api::List request;
        request.what = Page::kType;
        request.limit = limit;
        send(request);
        std::vector<typename decltype(Page::records)::value_type> records;
        while (true) {
            const Page* page = await<Page>(request_);
            records.insert(records.end(), page->records.begin(), page->records.begin() + page->n);
            if (page->last) {
                return records;
            }
        }
    }

    [[nodiscard]] api::CountersMessage counters();

    template <class Body>
    void send(const Body& body, int descriptor = -1) {
        check(channel_.send(body, ++request_, descriptor) == api::ChannelStatus::ok, "sent");
    }

    /// The number of the newest request.
    [[nodiscard]] uint32_t request() const noexcept { return request_; }

    /// Publishes tables as control does.
    [[nodiscard]] api::Answer publish(const api::Tables& tables);
    [[nodiscard]] api::Answer publish(std::span<const std::byte> encoded);

    /// The next message of this type; valid until the next call.
    template <class Body>
    [[nodiscard]] const Body* await(uint32_t request = 0) {
        while (true) {
            take();
            const Body* body = message_->as<Body>();
            if (body != nullptr && message_->header.request == request) {
                return body;
            }
        }
    }

    /// True if the dataplane ends the connection.
    [[nodiscard]] bool is_closed();

  private:
    static void check(bool holds, const char* what);
    void take();

    api::Channel channel_;
    std::unique_ptr<api::Message> message_ = std::make_unique<api::Message>();
    api::Hello hello_;
    uint32_t request_ = 0;
};

}  // namespace egret::test
