// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"
#include "control/compile/slot_book.hpp"
#include "control/daemon/dataplane_link.hpp"
#include "control/daemon/event_loop.hpp"
#include "control/daemon/generation_book.hpp"
#include "control/daemon/log.hpp"
#include "control/daemon/publisher.hpp"
#include "control/daemon/tunnel_driver.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace egret::control {

/// Told of what happens to a running node. Called from the loop.
class NodeListener {
  public:
    NodeListener() = default;
    NodeListener(const NodeListener&) = delete;
    NodeListener& operator=(const NodeListener&) = delete;
    virtual ~NodeListener() = default;

    /// The dataplane is about to get this generation, and may speak of it before it has answered.
    virtual void on_publishing(const GenerationBook::Shared& generation) = 0;

    /// Control works by another generation from now on.
    virtual void on_generation(const GenerationBook::Shared& generation) = 0;

    /// A flow event, times as the dataplane has them.
    virtual void on_flow_event(const api::Event& event) = 0;

    /// The running generation is wanted once more, with other slots. nullptr: it cannot be loaded any more.
    [[nodiscard]] virtual GenerationBook::Shared on_reload(SlotBook& slots) = 0;

    /// As TunnelSink::made_ephemeral.
    virtual void on_ephemeral(uint16_t slot, const crypto::PrivateKey& ephemeral) = 0;
};

/// One running node: a generation, the dataplane that is to have it, and the tunnels between. Threads: the loop's.
class LiveNode final : private DataplaneListener {
  public:
    /// All references are borrowed.
    LiveNode(
        EventLoop& loop,
        Log& log,
        NodeListener& listener,
        const std::filesystem::path& run_directory
    );

    /// Takes up a generation that was accepted before, compiled with `slots`.
    void begin(GenerationBook::Shared generation, SlotBook slots);

    /// Calls back once slots are known: at once, unless a dataplane that has tables of an earlier process is just being asked.
    void when_slots_known(std::function<void()> then);

    /// The book to compile the next generation with a copy of.
    [[nodiscard]] const SlotBook& slots() const noexcept { return slots_; }

    /// Called once: the generation is the running one, or one sentence why not.
    using OnApplied = std::function<void(const tl::expected<void, std::string>& applied)>;

    /// Makes a generation, compiled with `slots`, the running one: at once while the dataplane is not connected, else when
    /// the dataplane has it.
    void apply(GenerationBook::Shared generation, SlotBook slots, OnApplied on_applied);

    /// Asks the first of the peers, enough to know whether any can be reached, for new sessions.
    void call_peers();

    [[nodiscard]] const GenerationBook& book() const noexcept { return book_; }

    /// What the dataplane has; 0: nothing, or it is not connected.
    [[nodiscard]] uint64_t live_generation() const noexcept { return live_generation_; }

    /// One sentence; empty if the dataplane has, or is about to have, what it should.
    [[nodiscard]] const std::string& problem() const noexcept {
        return link_.problem().empty() ? problem_ : link_.problem();
    }

    [[nodiscard]] DataplaneLink& link() noexcept { return link_; }

  private:
    void on_connected(const api::Hello& hello) override;
    void on_disconnected() override;
    void on_punt(const api::Punt& punt) override;
    void on_event(const api::Event& event) override;

    void publish(const GenerationBook::Shared& generation, Publisher::OnDone on_done);
    void learn_slots(const api::Hello& hello);
    void take_slots(const std::vector<api::PeerRecord>& peers);
    [[nodiscard]] bool has_slots_of_book();
    void end_learning();
    void restore();
    void go_live(const api::Answer& answer);
    void resume();
    void note_refusal(const api::Answer& answer);
    void adopt(GenerationBook::Shared generation, SlotBook slots);

    Log& log_;
    NodeListener& listener_;
    GenerationBook book_;
    SlotBook slots_;
    uint64_t slots_instance_ = 0;  ///< of the dataplane whose slots are known
    bool is_learning_ = false;
    std::vector<std::function<void()>> waiting_for_slots_;
    uint64_t live_generation_ = 0;
    std::string problem_;
    DataplaneLink link_;
    Publisher publisher_;
    TunnelDriver tunnels_;
};

}  // namespace egret::control
