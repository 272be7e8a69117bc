// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/event_loop.hpp"
#include "control/daemon/log.hpp"
#include "control/daemon/outbox.hpp"

#include <egret/api/channel.hpp>
#include <egret/api/messages.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

namespace egret::control {

/// What the dataplane says unasked. Called from the loop, never from within a call into the link.
class DataplaneListener {
  public:
    DataplaneListener() = default;
    DataplaneListener(const DataplaneListener&) = delete;
    DataplaneListener& operator=(const DataplaneListener&) = delete;
    virtual ~DataplaneListener() = default;

    virtual void on_connected(const api::Hello& hello) = 0;
    virtual void on_disconnected() = 0;
    virtual void on_punt(const api::Punt& punt) = 0;
    virtual void on_event(const api::Event& event) = 0;
};

/// The daemon's end of the socket to the dataplane: connects again whenever the connection is lost, checks the Hello, keeps
/// requests and answers together and a bounded queue for what the dataplane does not take at once. Knows nothing of what is
/// said. Threads: the loop's.
class DataplaneLink {
  public:
    static constexpr uint64_t kRetryNs = 50'000'000;
    /// After a Hello that could not be accepted: what listens there will not change soon.
    static constexpr uint64_t kRetryRefusedNs = 1'000'000'000;
    /// A dataplane that leaves a request unanswered this long hangs.
    static constexpr uint64_t kPatienceNs = 10'000'000'000;

    /// Begins to connect on the loop's next turn. All references are borrowed.
    DataplaneLink(EventLoop& loop, Log& log, DataplaneListener& listener, std::string path);
    DataplaneLink(const DataplaneLink&) = delete;
    DataplaneLink& operator=(const DataplaneLink&) = delete;
    ~DataplaneLink();

    /// The dataplane's words about itself; nullptr while it is not connected.
    [[nodiscard]] const api::Hello* hello() const noexcept { return hello_ ? &*hello_ : nullptr; }

    /// One sentence for operators; empty while connected.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

    /// Sends what is not answered. Handshakes may be lost; where anything else finds no room, the connection is given up and
    /// made anew. False: it was not sent and will not be.
    bool tell(const Parcel::Body& body);

    /// Called once; with status `refused` also when the connection is lost before the answer.
    using OnAnswer = std::function<void(const api::Answer& answer)>;

    /// Sends what is answered, with a descriptor if it is open. False: not sent, and `on_answer` is not called.
    bool ask(const Parcel::Body& body, OnAnswer on_answer, api::Descriptor descriptor = {});

    /// Called for each page of records, and with nullptr if the connection is lost before the last.
    template <class Page>
    using OnPage = std::function<void(const Page* page)>;

    /// Asks for records, at most `limit` (0: all). False: not sent, and `on_page` is not called.
    template <class Page>
    bool list(uint32_t limit, OnPage<Page> on_page) {
        return request(
            api::List{.what = Page::kType, .limit = limit},
            [on_page = std::move(on_page)](const api::Message* message) {
                const Page* page = message != nullptr ? message->as<Page>() : nullptr;
                on_page(page);
                if constexpr (requires { page->last; }) {
                    return page == nullptr || page->last;
                } else {
                    return true;
                }
            },
            {}
        );
    }

  private:
    /// Takes a message that answers its request, nullptr if none will come; true: it was the last.
    using OnMessage = std::function<bool(const api::Message* message)>;

    struct Pending {
        OnMessage on_message;
        uint64_t since_ns = 0;
    };

    bool request(const Parcel::Body& body, OnMessage on_message, api::Descriptor descriptor);
    bool send(const Parcel::Body& body, uint32_t request, api::Descriptor descriptor);
    void connect();
    void on_ready(uint32_t events);
    void on_message(const api::Message& message);
    bool accept_hello(const api::Message& message);
    void on_reply(const api::Message& message);
    void check_patience();
    void note(std::string problem);
    void give_up(std::string problem, uint64_t retry_ns);
    void lose();

    EventLoop& loop_;
    Log& log_;
    DataplaneListener& listener_;
    std::string path_;
    api::Channel channel_;
    uint64_t watch_ = 0;
    std::optional<api::Hello> hello_;
    std::string problem_;
    Outbox outbox_;
    uint32_t last_request_ = 0;
    std::unordered_map<uint32_t, Pending> pending_;
    uint64_t retry_ns_ = kRetryNs;
    api::Message message_;  ///< large; kept to be filled again and again
    Timer connect_timer_;
    Timer lose_timer_;
    Timer patience_timer_;
};

/// The records of a page; `n` came through a socket.
template <class Page>
[[nodiscard]] auto records_of(const Page& page) noexcept {
    return std::span(page.records).first(std::min<size_t>(page.n, Page::kCapacity));
}

}  // namespace egret::control
