// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/event_loop.hpp"
#include "control/daemon/roles.hpp"
#include "control/records/json.hpp"

#include <egret/api/channel.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>

namespace egret::control {

class OperatorConnection;

/// The way to answer one request, now or later; the operator may be gone by then, which is no error. Copies answer the same
/// request; after `done` or `refuse` nothing more is said. Threads: the loop's.
class Reply {
  public:
    Reply(std::weak_ptr<OperatorConnection> connection, uint64_t request)
        : connection_(std::move(connection)),
          request_(request) {}

    /// A copy that tells how the answer ended: its last line, or null if it was never finished. Called once.
    [[nodiscard]] Reply with_end(std::function<void(const Json& last)> on_end) const;

    void record(const Json& record) const;

    /// Sends the records given so far now rather than with those to come.
    void send_now() const;

    /// Ends the answer; `more` is an object whose members are added.
    void done(Json more = Json::object()) const;
    void refuse(std::string_view message, Json more = Json::object()) const;

    /// False once nobody waits for it.
    [[nodiscard]] bool is_awaited() const;

  private:
    void finish(bool ok, Json more) const;

    /// Shared by copies; the last of them to go tells that there was no end.
    struct Ending {
        std::function<void(const Json& last)> tell;

        explicit Ending(std::function<void(const Json& last)> on_end)
            : tell(std::move(on_end)) {}

        Ending(const Ending&) = delete;
        Ending& operator=(const Ending&) = delete;

        ~Ending() {
            if (tell) {
                tell(nullptr);
            }
        }
    };

    std::weak_ptr<OperatorConnection> connection_;
    uint64_t request_;
    std::shared_ptr<Ending> ending_;
};

/// One request as it came.
struct OperatorRequest {
    Json body;                   ///< an object
    api::Descriptor descriptor;  ///< that came along, if one did
    UnixPeer peer;
};

using OperatorHandler = std::function<void(OperatorRequest request, const Reply& reply)>;

/// One operator's connection (control/operator/protocol.hpp): bounded lines in, bounded answers out, one request at a time.
class OperatorConnection : public std::enable_shared_from_this<OperatorConnection> {
  public:
    /// Answers that wait for a slow reader; beyond, the connection is closed.
    static constexpr size_t kMaxWaitingBytes = size_t{32} << 20;

    OperatorConnection(
        EventLoop& loop,
        api::Descriptor socket,
        UnixPeer peer,
        OperatorHandler handle,
        std::function<void()> on_closed
    );
    OperatorConnection(const OperatorConnection&) = delete;
    OperatorConnection& operator=(const OperatorConnection&) = delete;
    ~OperatorConnection();

    /// Begins to read. Calls `on_closed` once, when the operator has gone or was turned away; never from within `start`.
    void start();

  private:
    friend class Reply;

    void on_ready(uint32_t events);
    void read_some();
    void take_requests();
    void handle(std::string_view line);
    void send_line(const Json& line);
    void end_answer();
    void turn_away(std::string_view why);
    void flush();
    void update_watch();
    void close();

    EventLoop& loop_;
    api::Descriptor socket_;
    UnixPeer peer_;
    OperatorHandler handle_;
    std::function<void()> on_closed_;
    uint64_t watch_ = 0;
    std::string received_;
    size_t n_searched_ = 0;       ///< bytes of it that hold no line's end
    api::Descriptor descriptor_;  ///< that came with what is being received
    std::string waiting_;         ///< answers; the first `n_sent_` bytes are sent
    size_t n_sent_ = 0;
    uint64_t request_ = 0;  ///< counts requests
    bool is_answering_ = false;
    bool is_handling_ = false;  ///< within `take_requests`
    bool is_ending_ = false;    ///< reads no more, closes when everything is answered and sent
    Timer close_timer_;
};

}  // namespace egret::control
