// SPDX-License-Identifier: Apache-2.0
#include "agent/captures.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <utility>

namespace egret {
namespace {

/// What the mbufs of a port hold at most; more need not be kept room for.
constexpr uint32_t kMaxSnapBytes = 65'535;

/// True if the other end is closed. It sends nothing, so that anything to read is its end.
bool is_closed(const api::Descriptor& socket) noexcept {
    std::byte byte{};
    const ssize_t size = recv(socket.get(), &byte, sizeof(byte), MSG_DONTWAIT | MSG_PEEK);
    return size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR);
}

enum class Written : uint8_t { taken, missed, closed };

Written write_frame(const api::Descriptor& socket, std::span<const std::byte> frame) noexcept {
    if (send(socket.get(), frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
        return Written::taken;
    }
    const bool full = errno == EAGAIN || errno == ENOBUFS || errno == EINTR || errno == EMSGSIZE;
    return full ? Written::missed : Written::closed;
}

}  // namespace

std::string Captures::start(const api::Capture& request, api::Descriptor socket) {
    Port* port = state_.find_port(request.port.view());
    if (port == nullptr) {
        return "this dataplane has no port " + std::string(request.port.view()) + "; it has " +
               state_.port_names();
    }
    if (!socket.open()) {
        return "a capture needs a socket to write to";
    }
    const bool runs = std::any_of(captures_.begin(), captures_.end(), [port](const auto& one) {
        return one.port == port;
    });
    if (runs) {
        return "port " + port->name() + " is being captured already";
    }
    const uint32_t snap_bytes = std::min({request.snap_bytes, port->room(), kMaxSnapBytes});
    const uint64_t count = request.count == 0 ? UINT64_MAX : request.count;
    captures_.push_back({port, std::move(socket), {}, count});
    for (const Worker* worker : state_.workers) {
        auto& taps = captures_.back().taps;
        taps.push_back(std::make_unique<FrameTap>(snap_bytes, state_.options.clocks.unix_ns));
        state_.give(
            [port, to = taps.back().get()](Worker& its) { port->set_tap(to, its.number()); },
            {},
            worker->number()
        );
    }
    return {};
}

void Captures::write() {
    for (OneCapture& capture : captures_) {
        for (size_t i = 0; i < capture.taps.size() && !capture.over; ++i) {
            write_frames(capture, *capture.taps[i]);
            if (capture.over) {
                end(capture);
            }
        }
    }
    captures_.remove_if([](const OneCapture& capture) { return capture.removed; });
}

void Captures::write_frames(OneCapture& capture, FrameTap& tap) {
    for (auto frame = tap.oldest(); !frame.empty(); frame = tap.oldest()) {
        api::CapturedFrame front;
        std::memcpy(&front, frame.data(), sizeof(front));
        front.n_missed += capture.n_missed;
        std::memcpy(frame.data(), &front, sizeof(front));
        const Written written = write_frame(capture.socket, frame);
        tap.pop();
        capture.n_missed = written == Written::missed ? front.n_missed + 1 : 0;
        capture.left -= written == Written::taken ? 1 : 0;
        if (capture.left == 0 || written == Written::closed) {
            capture.over = true;
            return;
        }
    }
}

bool Captures::waiting() const noexcept {
    return std::any_of(captures_.begin(), captures_.end(), [](const OneCapture& capture) {
        return !capture.over &&
               std::ranges::any_of(capture.taps, [](const auto& tap) { return !tap->empty(); });
    });
}

void Captures::watch_readers() {
    for (OneCapture& capture : captures_) {
        if (!capture.over && is_closed(capture.socket)) {
            capture.over = true;
            end(capture);
        }
    }
}

/// The reader sees the end at once; the taps go when the workers have let go of them.
void Captures::end(OneCapture& capture) {
    capture.socket = api::Descriptor();
    state_.give_all(
        [port = capture.port](Worker& worker) { port->set_tap(nullptr, worker.number()); },
        [&capture] { capture.removed = true; }
    );
}

}  // namespace egret
