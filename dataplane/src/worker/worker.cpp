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

}  // namespace

Worker::Worker(Node& node, Clock boot_ns, Doorbell bell, Doorbell& agent_bell)
    : node_(node),
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
    node_.go_offline();
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
        n_frames += discard(*port);
    }
    node_.poll(now_ns_, out_);
    transmit();
    if (n_tasks > 0 || has_news()) {
        agent_bell_.ring();
    }
    return n_tasks + n_frames;
}

uint32_t Worker::forward(api::Side side) {
    Port* port = binding_.of(side);
    if (port == nullptr) {
        return 0;
    }
    std::array<rte_mbuf*, kBurstSize> frames;
    const uint16_t n = port->receive(frames);
    if (n > 0) {
        node_.process_burst(side, std::span(frames).first(n), now_ns_, out_);
        transmit();
    }
    return n;
}

uint32_t Worker::discard(Port& port) noexcept {
    std::array<rte_mbuf*, kBurstSize> frames;
    const uint16_t n = port.receive(frames);
    port.discard(std::span(frames).first(n));
    return n;
}

/// True if something waits for the agent: punts, events, captured frames.
bool Worker::has_news() const noexcept {
    const auto captured = [](const Port* port) { return port != nullptr && port->has_captured(); };
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
        const auto all = std::span(packets[i]).first(n[i]);
        if (Port* port = binding_.of(side); port != nullptr) {
            port->transmit(all);
        } else {
            rte_pktmbuf_free_bulk(all.data(), n[i]);
        }
    }
    out_.free_dropped();
    out_.clear();
}

/// Sleeps for a short while, or until the agent gives a task.
void Worker::sleep() noexcept {
    bell_.listen();
    if (!tasks_.waiting() && !stopping_.load(std::memory_order_acquire)) {
        node_.go_offline();  // the agent must not wait for a sleeper to let go of a generation
        bell_.wait(Idle::kSleepUs);
        node_.go_online();
    }
    bell_.hush();
}

}  // namespace egret
