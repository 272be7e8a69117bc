// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/operator_connection.hpp"

#include "control/operator/protocol.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace egret::control {
namespace {

/// Answers are gathered to this size before they are sent.
constexpr size_t kSendBytes = 65'536;

/// Receives some bytes, and the first descriptor that came with them if none came before; others are closed.
ssize_t receive(int socket, std::span<char> room, api::Descriptor& descriptor) {
    iovec part{room.data(), room.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(4 * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t size = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (size < 0) {
        return size;
    }
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
        const bool holds_descriptors = c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS;
        const size_t n = holds_descriptors ? (c->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;
        for (size_t i = 0; i < n; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
            api::Descriptor next(fd);
            if (!descriptor.open()) {
                descriptor = std::move(next);
            }
        }
    }
    return size;
}

}  // namespace

void Reply::record(const Json& record) const {
    const auto connection = connection_.lock();
    if (connection != nullptr && is_awaited()) {
        connection->send_line(Json{{"record", record}});
    }
}

void Reply::send_now() const {
    const auto connection = connection_.lock();
    if (connection != nullptr && is_awaited()) {
        connection->flush();
        connection->update_watch();
    }
}

void Reply::done(Json more) const {
    finish(true, std::move(more));
}

void Reply::refuse(std::string_view message, Json more) const {
    more["message"] = message;
    finish(false, std::move(more));
}

bool Reply::is_awaited() const {
    const auto connection = connection_.lock();
    return connection != nullptr && connection->is_answering_ && connection->request_ == request_;
}

Reply Reply::with_end(std::function<void(const Json& last)> on_end) const {
    Reply copy = *this;
    copy.ending_ = std::make_shared<Ending>(std::move(on_end));
    return copy;
}

void Reply::finish(bool ok, Json more) const {
    Json last{{"ok", ok}};
    last.update(more);
    if (ending_ != nullptr && ending_->tell) {
        std::exchange(ending_->tell, nullptr)(last);
    }
    const auto connection = connection_.lock();
    if (connection == nullptr || !is_awaited()) {
        return;
    }
    connection->send_line(last);
    connection->end_answer();
}

OperatorConnection::OperatorConnection(
    EventLoop& loop,
    api::Descriptor socket,
    UnixPeer peer,
    OperatorHandler handle,
    std::function<void()> on_closed
)
    : loop_(loop),
      socket_(std::move(socket)),
      peer_(std::move(peer)),
      handle_(std::move(handle)),
      on_closed_(std::move(on_closed)),
      close_timer_(loop, [this] {
          // It ends this object's life.
          const auto closed = on_closed_;
          closed();
      }) {}

OperatorConnection::~OperatorConnection() {
    loop_.forget(watch_);
}

void OperatorConnection::start() {
    watch_ = loop_.watch(socket_.get(), EPOLLIN, [this](uint32_t events) { on_ready(events); });
}

void OperatorConnection::on_ready(uint32_t events) {
    if ((events & EPOLLIN) != 0) {
        read_some();
        take_requests();
    } else if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
        close();
    }
    if ((events & EPOLLOUT) != 0) {
        flush();
    }
    update_watch();
}

void OperatorConnection::read_some() {
    std::array<char, kSendBytes> chunk;
    const ssize_t size = receive(socket_.get(), chunk, descriptor_);
    if (size > 0) {
        received_.append(chunk.data(), static_cast<size_t>(size));
    } else if (size == 0) {
        // Who asks and shuts its sending half still waits for the answer.
        is_ending_ = true;
    } else if (errno != EAGAIN && errno != EINTR) {
        close();
    }
}

void OperatorConnection::take_requests() {
    if (is_handling_) {
        return;
    }
    is_handling_ = true;
    // A request of megabytes comes in many pieces: each is searched once.
    size_t end = received_.find('\n', n_searched_);
    while (!is_answering_ && end != std::string::npos) {
        const std::string line = received_.substr(0, end);
        received_.erase(0, end + 1);
        n_searched_ = 0;
        handle(line);
        end = received_.find('\n');
    }
    is_handling_ = false;
    n_searched_ = end == std::string::npos ? received_.size() : 0;
    if (end == std::string::npos && received_.size() > kMaxRequestBytes) {
        turn_away("a request is longer than " + std::to_string(kMaxRequestBytes) + " bytes");
    }
}

void OperatorConnection::handle(std::string_view line) {
    OperatorRequest request{
        Json::parse(line, nullptr, false),
        std::exchange(descriptor_, api::Descriptor()),
        peer_};
    is_answering_ = true;
    ++request_;
    const Reply reply(weak_from_this(), request_);
    if (!request.body.is_object()) {
        reply.refuse("a request is one line with a JSON object");
        return;
    }
    handle_(std::move(request), reply);
}

void OperatorConnection::send_line(const Json& line) {
    waiting_ += line_of(line);
    waiting_ += '\n';
    if (waiting_.size() - n_sent_ > kMaxWaitingBytes) {
        close();
    } else if (waiting_.size() - n_sent_ >= kSendBytes) {
        flush();
    }
}

void OperatorConnection::end_answer() {
    is_answering_ = false;
    flush();
    take_requests();
    update_watch();
}

void OperatorConnection::turn_away(std::string_view why) {
    send_line(Json{{"ok", false}, {"message", why}});
    received_.clear();
    n_searched_ = 0;
    is_ending_ = true;
    flush();
}

void OperatorConnection::flush() {
    while (socket_.open() && n_sent_ < waiting_.size()) {
        const ssize_t size = send(
            socket_.get(),
            waiting_.data() + n_sent_,
            waiting_.size() - n_sent_,
            MSG_NOSIGNAL | MSG_DONTWAIT
        );
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        }
        if (size < 0) {
            close();
            return;
        }
        n_sent_ += static_cast<size_t>(size);
    }
    waiting_.clear();
    n_sent_ = 0;
}

void OperatorConnection::update_watch() {
    if (is_ending_ && !is_answering_ && waiting_.empty()) {
        close();
        return;
    }
    const uint32_t reading = is_answering_ || is_ending_ ? 0 : uint32_t{EPOLLIN};
    loop_.change(watch_, reading | (waiting_.empty() ? 0 : uint32_t{EPOLLOUT}));
}

void OperatorConnection::close() {
    if (socket_.open()) {
        loop_.forget(watch_);
        socket_ = api::Descriptor();
        is_answering_ = false;
        waiting_.clear();
        n_sent_ = 0;
        close_timer_.set(0);
    }
}

}  // namespace egret::control
