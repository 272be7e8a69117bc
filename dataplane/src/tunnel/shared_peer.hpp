// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tunnel/session.hpp"

#include <egret/api/address.hpp>
#include <egret/api/sessions.hpp>

#include <rte_rcu_qsbr.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace egret {

/// What the workers that do not own a peer need to send to it and to judge its flows. Immutable while it is published.
struct PeerWay {
    Session* current = nullptr;
    api::Endpoint endpoint;
    api::IpAddress observed_ipv4;
    api::IpAddress observed_ipv6;
    api::PeerState state = api::PeerState::starting;
    uint64_t serial =
        0;  ///< tells one from another of the same peer; given when it is published, never 0

    [[nodiscard]] bool same_but_serial(const PeerWay& other) const noexcept {
        return current == other.current && endpoint == other.endpoint &&
               observed_ipv4 == other.observed_ipv4 && observed_ipv6 == other.observed_ipv6 &&
               state == other.state;
    }
};

/// What one worker sent to a peer it does not own, for the owner's timers and listings. One writer, which need not be exact
/// to the moment: the timers count in seconds.
struct alignas(64) SentNotes {
    std::atomic<uint64_t> last_ns{0};  ///< of any message
    std::atomic<uint64_t> data_ns{0};  ///< of the first data since the writer's report before
    std::atomic<uint64_t> packets{0};
    std::atomic<uint64_t> bytes{0};
    std::atomic<uint64_t> staged{0};
};

/// The part of a peer that several workers look at; a node with one worker has none.
///
///   owner: publish(way), one release store           other worker: way(), once per use
///            the one before is retired behind a token               its session is good until the next quiescent report
///          withdraw(session) before the session is retired
///
/// Publishing takes one of a few places and never allocates: a peer that roams with every packet is published as often as
/// the workers can follow, and the newest way in the end. The last free place is for another session or state.
/// Threads: `publish` and `withdraw` the owner; `sent(w)` is written by worker w; everything else any worker.
class SharedPeer {
  public:
    /// `changes` is raised whenever a way with another session or state was published.
    SharedPeer(
        rte_rcu_qsbr* readers,
        std::atomic<uint64_t>& changes,
        uint8_t owner,
        uint8_t n_workers
    );

    [[nodiscard]] uint8_t owner() const noexcept { return owner_; }

    [[nodiscard]] uint8_t n_workers() const noexcept { return n_workers_; }

    /// nullptr: nothing can be sent now. Valid until the caller's next quiescent report.
    [[nodiscard]] const PeerWay* way() const noexcept {
        return live_.load(std::memory_order_acquire);
    }

    /// Makes `way` the one the others use; nothing happens if it is what they have. False if no place is free: then they keep
    /// the old one, or none if its session is another; publish again soon.
    bool publish(const PeerWay& way) noexcept;

    /// After that nobody begins to use this session any more.
    void withdraw(const Session& session) noexcept;

    [[nodiscard]] SentNotes& sent(uint8_t worker) noexcept { return sent_[worker]; }

  private:
    struct Place {
        PeerWay way;
        uint64_t token = 0;  ///< behind which it was retired; 0: never used
    };

    static constexpr size_t kPlaces = 4;

    [[nodiscard]] Place* free_place(const PeerWay* live, size_t n_left) noexcept;
    void go_live(const PeerWay* next) noexcept;

    rte_rcu_qsbr* readers_;
    std::atomic<uint64_t>& changes_;
    uint8_t owner_;
    uint8_t n_workers_;
    uint64_t serial_ = 0;  ///< owner's
    std::array<Place, kPlaces> places_;
    std::unique_ptr<SentNotes[]> sent_;
    alignas(64) std::atomic<const PeerWay*> live_{nullptr};  ///< owner: rw, others: ro
};

}  // namespace egret
