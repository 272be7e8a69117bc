// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/audit_log.hpp"
#include "control/daemon/event_loop.hpp"
#include "control/daemon/operator_connection.hpp"
#include "control/daemon/request_members.hpp"
#include "fuzz_check.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

using namespace egret::control;
using egret::test::require;

namespace {

/// Answers what it is asked, some of it later, as a daemon would.
class Answerer {
  public:
    void take(const OperatorRequest& request, const Reply& reply) {
        require(request.body.is_object());
        // What goes to the audit log is bounded and holds no file.
        const Json arguments = audit_arguments(request.body);
        require(arguments.size() <= 16 && !arguments.contains("toml"));
        const std::string command = text_of(request.body, "command");
        if (command == "later") {
            waiting_.push_back(reply);
        } else if (command == "records") {
            for (uint64_t i = 0;
                 i < std::min<uint64_t>(number_of(request.body, "n").value_or(3), 50);
                 ++i) {
                reply.record(Json{{"n", i}});
            }
            reply.done();
        } else if (flag_of(request.body, "ok")) {
            reply.done(Json{{"command", command}});
        } else {
            reply.refuse("no \"" + command + "\"");
        }
    }

    void finish() {
        for (const Reply& reply : std::exchange(waiting_, {})) {
            reply.done();
            reply.refuse("too late");
        }
    }

  private:
    std::vector<Reply> waiting_;
};

/// What came back, until the other end has nothing more to say.
std::string receive(int socket) {
    std::string text;
    std::array<char, 4096> chunk{};
    ssize_t size = recv(socket, chunk.data(), chunk.size(), MSG_DONTWAIT);
    while (size > 0) {
        text.append(chunk.data(), static_cast<size_t>(size));
        size = recv(socket, chunk.data(), chunk.size(), MSG_DONTWAIT);
    }
    return text;
}

/// Whole lines, each an object that is a record or an end.
void check_answers(std::string_view answers, size_t n_requests) {
    size_t n_ends = 0;
    while (!answers.empty()) {
        const size_t end = answers.find('\n');
        require(end != std::string_view::npos);
        const Json line = Json::parse(answers.substr(0, end), nullptr, false);
        require(line.is_object() && line.contains("record") != line.contains("ok"));
        n_ends += line.contains("ok") ? size_t{1} : 0;
        answers.remove_prefix(end + 1);
    }
    require(n_ends <= n_requests + 1);  // and one for a request without an end
}

}  // namespace

/// The first byte says in which pieces the rest arrives.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    constexpr size_t kMost = 8192;
    if (size == 0 || size > kMost) {
        return 0;
    }
    static const std::unique_ptr<EventLoop> loop = EventLoop::make().value();
    std::array<int, 2> ends{};
    require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    const egret::api::Descriptor ours(ends[0]);
    Answerer answerer;
    bool is_closed = false;
    auto connection = std::make_shared<OperatorConnection>(
        *loop,
        egret::api::Descriptor(ends[1]),
        UnixPeer{},
        [&](const OperatorRequest& request, const Reply& reply) { answerer.take(request, reply); },
        [&] { is_closed = true; }
    );
    connection->start();
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const size_t piece = 1 + size_t{data[0]} * 16;
    std::string answers;
    for (size_t at = 0; at < text.size() && !is_closed; at += piece) {
        const std::string_view part = text.substr(at, piece);
        static_cast<void>(send(ours.get(), part.data(), part.size(), MSG_NOSIGNAL));
        loop->run_once(0);
        answerer.finish();
        answers += receive(ours.get());
    }
    shutdown(ours.get(), SHUT_WR);
    for (int i = 0; i < 1000 && !is_closed; ++i) {
        loop->run_once(0);
        answerer.finish();
        answers += receive(ours.get());
    }
    require(is_closed);
    check_answers(answers, static_cast<size_t>(std::ranges::count(text, '\n')));
    return 0;
}
