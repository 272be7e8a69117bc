// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "capture.hpp"
#include "flow_book.hpp"
#include "gateway.hpp"
#include "virtual_wire.hpp"

#include <egret/node.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace egret::replay {

/// The two nodes of a replay.
enum class End : uint8_t { branch, edge };

/// The control side of both nodes, as replay needs it. It acts through Replay::install, retire, send and set_state.
class Control {
  public:
    virtual ~Control() = default;
    virtual void start(uint64_t now_ns) = 0;
    virtual void punt(End end, const api::Punt& punt, uint64_t now_ns) = 0;
    virtual void event(End end, const api::Event& event, uint64_t now_ns) = 0;
    virtual void tick(uint64_t now_ns) = 0;
};

/// A server frame that did not come back to the LAN as it was recorded.
struct Difference {
    enum class Kind : uint8_t { different, missing, withheld };

    Kind kind = Kind::missing;
    uint64_t frame = 0;  ///< number in the capture, from 1
    uint64_t time_ns = 0;
    FlowKey key{};  ///< of its flow, from the LAN's point of view; empty if it had none
    std::optional<size_t> first_byte{};  ///< offset of the first different byte
    std::optional<api::DropReason>
        reason{};        ///< why it or its flow was dropped, where that is known
    std::string note{};  ///< why it was not carried at all, else empty
};

struct Setup {
    api::Tables branch;
    api::Tables edge;
    VirtualWire::Ends ends;
    std::vector<MacAddress> gateways;
    uint64_t hash_seed = 0;
    bool live_mtu = false;
    uint32_t flow_capacity = 131'072;
    AeadBackends aead = NodeOptions{}.aead;
};

/// Where a replay's packets and findings go. All borrowed.
struct Outputs {
    CaptureWriter& wan;
    CaptureWriter& restored;
    CaptureWriter& lan;
    FlowBook::Sink flow;
    std::function<void(const Difference&)> difference;
    std::function<void(uint64_t frames)> progress;  ///< now and then
};

/// Frame counts of contract section 5; what is counted per flow or per record is the caller's.
struct Counts {
    uint64_t frames_in = 0;
    uint64_t frames_client = 0;
    uint64_t frames_server = 0;
    uint64_t frames_local = 0;
    uint64_t lan_frames_equal = 0;
    uint64_t lan_frames_different = 0;
    uint64_t lan_frames_missing = 0;
    uint64_t lan_frames_withheld = 0;
    uint64_t over_mtu = 0;
    uint64_t capture_too_large = 0;
    uint64_t capture_truncated = 0;
    uint64_t checksums_wrong_in = 0;
    std::array<uint64_t, api::kDropReasons> drops{};
};

/// Plays a LAN capture through a branch and an edge joined by a virtual wire (contract section 5).
///
/// Everything runs in the calling thread, on the capture's clock; EAL must be initialised. Packet buffers hold frames of
/// up to kMaxFrame bytes, so memory is the same for any capture.
class Replay {
  public:
    /// Larger frames, which only offloading hosts record, would not fit an outer packet.
    static constexpr uint32_t kMaxFrame = 65'000;

    [[nodiscard]] static tl::expected<std::unique_ptr<Replay>, std::string>
    create(Setup setup, Outputs outputs);
    ~Replay();
    Replay(const Replay&) = delete;
    Replay& operator=(const Replay&) = delete;

    /// Plays the whole capture. Errors: the capture is damaged, or packets got lost inside (a defect of Egret).
    [[nodiscard]] tl::expected<Counts, std::string> run(CaptureReader& capture, Control& control);

    // For Control.
    [[nodiscard]] api::InstallStatus install(End end, const api::SessionInstall& install);
    bool retire(End end, uint32_t receiver_index);
    void send(End end, const api::HandshakeDatagram& datagram);
    void set_state(End end, uint16_t slot, api::PeerState state);

  private:
    struct Implementation;
    explicit Replay(std::unique_ptr<Implementation> implementation);

    std::unique_ptr<Implementation> implementation_;
};

}  // namespace egret::replay
