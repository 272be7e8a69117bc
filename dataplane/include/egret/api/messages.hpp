// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/counters.hpp>
#include <egret/api/events.hpp>
#include <egret/api/records.hpp>
#include <egret/api/sessions.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

/// The socket between egretd and egret-dataplane: one SOCK_SEQPACKET message is a header and one body from the list below.
///
///     dataplane listens (RUN-DIR/dataplane.sock)     control connects, again and again
///     Hello ------------------------------------->   version and instance checked
///           <---------------------------------- Publish + memfd of tables, ListRequest, Install, ...
///     Answer, records, Punt, FlowEvent ---------->
///
/// Both run on one machine, in the byte order and layout they were built with; kVersion changes with any of them. A message
/// that is short, long, unknown or of another version ends the connection with one line; what was live stays live.
///
/// Requests carry a number the other side gives back. Everything a dataplane is told by one connection is done in order.
namespace egret::api {

/// Raised with any change in this file or in what it includes.
inline constexpr uint16_t kVersion = 4;
inline constexpr uint32_t kMagic = 0x45475254;  // "EGRT"

/// Name of the socket in the run directory.
inline constexpr const char* kDataplaneSocket = "dataplane.sock";

enum class MessageType : uint16_t {
    // dataplane to control
    hello,
    answer,
    punt,
    event,
    counters,
    sessions,
    peers,
    ports,
    neighbours,
    flows,
    // control to dataplane
    publish,
    install,
    retire,
    set_peer_state,
    send_handshake,
    list,
    capture,
    count
};

struct MessageHeader {
    uint32_t magic = kMagic;
    uint16_t version = kVersion;
    MessageType type = MessageType::count;
    uint32_t size_bytes = 0;  ///< of the whole message
    uint32_t request = 0;     ///< of the request this is, or answers; 0 for what nobody asked for
};

/// What a suite's messages are sealed and opened by.
struct AeadInUse {
    ShortText<31> name;  ///< empty: the suite cannot be had
    ShortText<127> why;  ///< it and no other, for operators
};

/// The first message of every connection.
struct Hello {
    static constexpr MessageType kType = MessageType::hello;
    uint64_t instance = 0;    ///< random, drawn when the dataplane began to run
    uint64_t generation = 0;  ///< live one; 0: none yet, nothing is forwarded
    uint64_t started_ns = 0;  ///< when the dataplane began to run, by CLOCK_BOOTTIME
    uint32_t process = 0;
    uint16_t slots_used = 0;  ///< one above the highest peer slot ever published
    uint8_t workers = 1;
    bool huge_pages = false;
    std::array<AeadInUse, crypto::kSuites> aead;  ///< by suite
    uint16_t max_simd_bits = 0;                   ///< vectors may not be wider; 0: no limit
};

enum class AnswerStatus : uint8_t {
    done,
    refused,  ///< nothing changed; `text` says why
    busy,     ///< two older generations are still in use; ask again soon
};

/// To publish, install, retire and capture. To an install, `install` and `receiver_index` say more.
struct Answer {
    static constexpr MessageType kType = MessageType::answer;
    AnswerStatus status = AnswerStatus::done;
    InstallStatus install = InstallStatus::installed;
    uint32_t receiver_index = 0;
    uint64_t generation = 0;  ///< now live
    ShortText<200> text;
};

struct PuntMessage {
    static constexpr MessageType kType = MessageType::punt;
    Punt punt;
};

struct EventMessage {
    static constexpr MessageType kType = MessageType::event;
    Event event;
};

struct CountersMessage {
    static constexpr MessageType kType = MessageType::counters;
    Counters counters;
    uint32_t flows = 0;
    uint64_t staged = 0;
    uint64_t punts_lost = 0;  ///< handshakes and events control was too slow to take
};

/// A page of records in answer to `list`; the page with `last` ends it.
template <class Record, MessageType Type>
struct Page {
    static constexpr MessageType kType = Type;
    static constexpr size_t kCapacity = 32;
    uint16_t n = 0;
    bool last = false;
    std::array<Record, kCapacity> records{};
};

using SessionPage = Page<SessionRecord, MessageType::sessions>;
using PeerPage = Page<PeerRecord, MessageType::peers>;
using PortPage = Page<PortRecord, MessageType::ports>;
using NeighbourPage = Page<NeighbourRecord, MessageType::neighbours>;
/// Living flows, each as the event its opening would be, with counters.
using FlowPage = Page<Event, MessageType::flows>;

/// Makes the tables in the memfd that comes with it live (tables_codec.hpp). The memfd must be sealed.
struct Publish {
    static constexpr MessageType kType = MessageType::publish;
    uint64_t instance = 0;
    uint64_t size_bytes = 0;
};

/// Installs a session and, once that is done and only then, sends the response that tells the peer of it.
struct Install {
    static constexpr MessageType kType = MessageType::install;
    uint64_t instance = 0;
    SessionInstall session;
    HandshakeDatagram response;  ///< size 0: none
};

/// Ends a session: its keys are no longer good for anything.
struct Retire {
    static constexpr MessageType kType = MessageType::retire;
    uint64_t instance = 0;
    uint32_t receiver_index = 0;
};

struct SetPeerState {
    static constexpr MessageType kType = MessageType::set_peer_state;
    uint16_t peer = 0;
    PeerState state = PeerState::starting;
};

struct SendHandshake {
    static constexpr MessageType kType = MessageType::send_handshake;
    HandshakeDatagram datagram;
};

/// Asks for records: `what` is the type of the answer, one of counters to flows.
struct List {
    static constexpr MessageType kType = MessageType::list;
    MessageType what = MessageType::counters;
    uint32_t limit = 0;  ///< records at most; 0: all
};

/// Copies frames of a port, both ways, to the SOCK_SEQPACKET socket that comes with it: CapturedFrame, then the bytes. Ends
/// after `count` frames or when the socket's other end closes. What that end does not take at once is not copied.
struct Capture {
    static constexpr MessageType kType = MessageType::capture;
    ShortText<15> port;
    uint64_t count = 0;             ///< 0: until closed
    uint32_t snap_bytes = 262'144;  ///< of each frame at most
};

/// In front of each captured frame.
struct CapturedFrame {
    uint64_t unix_ns = 0;
    uint32_t frame_bytes = 0;  ///< before it was cut
    uint32_t n_missed = 0;     ///< frames not copied since the one before
    bool sent = false;         ///< by this node; else received
};

}  // namespace egret::api
