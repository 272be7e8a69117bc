// SPDX-License-Identifier: Apache-2.0
#include "worker/worker.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace egret {
namespace {

/// In one turn, so that frames do not wait for a crowd of tasks. Handshakes are tasks, too.
constexpr uint32_t kTasksPerTurn = 16;

/// Bursts of other workers in one turn, so that the own ports are looked at in between.
constexpr int kTakenPerTurn = 4;

}  // namespace

Worker::Worker(Node& node, Clock boot_ns, Doorbell bell, Doorbell& agent_bell, uint8_t number)
    : node_(node),
      number_(number),
      outgoing_(number == 0 ? 1 : kOutgoing),
      boot_ns_(boot_ns),
      bell_(std::move(bell)),
      agent_bell_(agent_bell) {}

void Worker::run() {
    while (!stopping_.load(std::memory_order_acquire)) {
        if (idle_.after(turn()) == Idle::Step::sleep) {
            sleep();
        }
        turns_.store(turns_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
    while (tasks_.work(*this, kTasksPerTurn) > 0) {
    }
    node_.go_offline(number_);
}

void Worker::stop() noexcept {
    stopping_.store(true, std::memory_order_release);
    bell_.ring();
}

/// Returns how many tasks and frames there were.
uint32_t Worker::turn() {
    now_ns_ = boot_ns_();
    const uint32_t n_tasks = tasks_.work(*this, kTasksPerTurn);
    uint32_t n_frames = forward(api::Side::inside) + forward(api::Side::outside);
    for (Port* port : binding_.unused) {
        n_frames += port->has_queue(number_) ? discard(*port) : 0;
    }
    n_frames += take_over() + send_for_others();
    node_.poll(now_ns_, out_, number_);
    transmit();
    wake_others();
    if (n_tasks > 0 || has_news()) {
        agent_bell_.ring();
    }
    return n_tasks + n_frames;
}

uint32_t Worker::forward(api::Side side) {
    Port* port = binding_.of(side);
    if (port == nullptr || !port->has_queue(number_)) {
        return 0;
    }
    std::array<rte_mbuf*, kBurstSize> frames;
    const uint16_t n = port->receive(frames, number_);
    if (n > 0) {
        node_.process_burst(side, std::span(frames).first(n), now_ns_, out_, number_);
        transmit();
    }
    return n;
}

/// Packets of other workers that this one owns.
uint32_t Worker::take_over() {
    uint32_t n_taken = 0;
    if (all_.size() < 2) {
        return n_taken;
    }
    for (int i = 0; i < kTakenPerTurn; ++i) {
        const uint16_t n = node_.take_over(now_ns_, out_, number_);
        transmit();
        n_taken += n;
        if (n == 0) {
            break;
        }
    }
    return n_taken;
}

/// Worker 0: what the others have for ports that only it sends to.
uint32_t Worker::send_for_others() noexcept {
    uint32_t n_sent = 0;
    if (number_ != 0) {
        return n_sent;
    }
    for (Worker* other : all_) {
        std::array<std::array<rte_mbuf*, kBurstSize>, 2> packets;
        std::array<uint16_t, 2> n{};
        for (Outgoing next{};
             n[0] < kBurstSize && n[1] < kBurstSize && other->outgoing_.pop(next);) {
            const auto side = static_cast<size_t>(next.side);
            packets[side][n[side]++] = next.packet;
        }
        for (const api::Side side : {api::Side::inside, api::Side::outside}) {
            const auto i = static_cast<size_t>(side);
            send(side, std::span(packets[i]).first(n[i]));
            n_sent += n[i];
        }
    }
    return n_sent;
}

/// Those that sleep while packets wait for them.
void Worker::wake_others() noexcept {
    if (all_.size() < 2) {
        return;
    }
    const uint64_t handed = node_.handed_to(number_);
    for (Worker* other : all_) {
        if ((handed >> other->number_ & 1) != 0) {
            other->wake();
        }
    }
    if (number_ != 0 && !outgoing_.empty()) {
        all_.front()->wake();
    }
}

uint32_t Worker::discard(Port& port) noexcept {
    std::array<rte_mbuf*, kBurstSize> frames;
    const uint16_t n = port.receive(frames, number_);
    port.discard(std::span(frames).first(n));
    return n;
}

/// True if something waits for the agent: punts, events, captured frames.
bool Worker::has_news() const noexcept {
    const auto captured = [this](const Port* port) {
        return port != nullptr && port->has_captured(number_);
    };
    return node_.has_messages() || captured(binding_.inside) || captured(binding_.outside) ||
           std::any_of(binding_.unused.begin(), binding_.unused.end(), captured);
}

void Worker::transmit() noexcept {
    std::array<std::array<rte_mbuf*, BurstOutput::kTransmitCapacity>, 2> packets;
    std::array<uint16_t, 2> n{};
    for (const BurstOutput::Transmit& transmit : out_.transmits()) {
        const auto side = static_cast<size_t>(transmit.side);
        packets[side][n[side]++] = transmit.packet;
    }
    for (const api::Side side : {api::Side::inside, api::Side::outside}) {
        const auto i = static_cast<size_t>(side);
        send(side, std::span(packets[i]).first(n[i]));
    }
    out_.free_dropped();
    out_.clear();
}

void Worker::send(api::Side side, std::span<rte_mbuf*> packets) noexcept {
    Port* port = binding_.of(side);
    if (port != nullptr && port->has_queue(number_)) {
        port->transmit(packets, number_);
        return;
    }
    if (port != nullptr) {
        size_t n = 0;
        while (n < packets.size() && outgoing_.push({packets[n], side})) {
            ++n;
        }
        packets = packets.subspan(n);
        port->discard_unsent(packets);
        return;
    }
    rte_pktmbuf_free_bulk(packets.data(), static_cast<unsigned>(packets.size()));
}

bool Worker::has_work() const noexcept {
    return tasks_.waiting() || node_.has_handed(number_) ||
           (number_ == 0 && std::any_of(all_.begin(), all_.end(), [](const Worker* other) {
                return !other->outgoing_.empty();
            }));
}

/// Sleeps for a short while, or until the agent gives a task.
void Worker::sleep() noexcept {
    bell_.listen();
    if (!has_work() && !stopping_.load(std::memory_order_acquire)) {
        node_.go_offline(number_
        );  // the agent must not wait for a sleeper to let go of a generation
        bell_.wait(Idle::kSleepUs);
        node_.go_online(number_);
    }
    bell_.hush();
}

}  // namespace egret
