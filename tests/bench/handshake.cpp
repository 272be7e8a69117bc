// SPDX-License-Identifier: Apache-2.0
#include "cases.hpp"
#include "control/tunnel/tunnels.hpp"
#include "cycles.hpp"

#include <egret/crypto/random.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace egret::bench {
namespace {

constexpr uint32_t kPerLap = 4;
constexpr uint32_t kMostLaps = 200;
/// Between two handshakes on their clock: more than the protocol wants between two initiations to a peer.
constexpr uint64_t kPause = 10 * crypto::kSecond;

const api::Endpoint kCaller{{api::Family::ipv4, {203, 0, 113, 7}}, 51820};
const api::Endpoint kCalled{{api::Family::ipv4, {198, 51, 100, 10}}, 51820};

/// Keeps what the handshake driver hands out.
class Output final : public control::TunnelSink {
  public:
    void send(uint16_t, const api::HandshakeDatagram& sent) override { datagram = sent; }

    api::InstallStatus
    install(const api::SessionInstall& made, const api::HandshakeDatagram* response) override {
        session = made;
        if (response != nullptr) {
            datagram = *response;
        }
        return api::InstallStatus::installed;
    }

    void retire(uint32_t) override {}

    void set_state(uint16_t, api::PeerState) override {}

    /// The datagram as it arrives from `source`.
    [[nodiscard]] api::Punt arrived(const api::Endpoint& source) const {
        api::Punt punt;
        punt.source = source;
        punt.size_bytes = datagram.size_bytes;
        punt.bytes = datagram.bytes;
        return punt;
    }

    api::HandshakeDatagram datagram;
    std::optional<api::SessionInstall> session;
};

/// One side: the shipped handshake driver with one peer.
struct Side {
    Side(
        const crypto::KeyPair& own,
        const crypto::PublicKey& other,
        crypto::Suite suite,
        bool calls
    )
        : tunnels(own.copy(), peers(other, suite, calls), random, output) {}

    static std::vector<control::TunnelPeer>
    peers(const crypto::PublicKey& other, crypto::Suite suite, bool calls) {
        control::TunnelPeer peer;
        peer.public_key = other;
        peer.suite = suite;
        peer.endpoint = calls ? kCalled : api::Endpoint{};
        std::vector<control::TunnelPeer> all;
        all.push_back(std::move(peer));
        return all;
    }

    crypto::Random random = crypto::Random::system();
    Output output;
    control::Tunnels tunnels;
};

/// Cycles of one handshake at either side.
struct Cycles {
    uint64_t caller = 0;
    uint64_t called = 0;
};

bool keys_match(const Side& caller, const Side& called) {
    return caller.output.session && called.output.session &&
           caller.output.session->send_key == called.output.session->receive_key &&
           caller.output.session->receive_key == called.output.session->send_key;
}

/// Initiation, response, a session at both sides; false if the sessions have different keys.
bool shake_hands(Side& caller, Side& called, control::Moment now, Stopwatch& watch, Cycles& sum) {
    caller.output.session.reset();
    called.output.session.reset();
    watch.start();
    caller.tunnels.want_session(0, now);
    sum.caller += watch.lap();
    const api::Punt initiation = caller.output.arrived(kCaller);
    watch.start();
    called.tunnels.receive(initiation, now);
    sum.called += watch.lap();
    const api::Punt response = called.output.arrived(kCalled);
    watch.start();
    caller.tunnels.receive(response, now);
    sum.caller += watch.lap();
    return keys_match(caller, called);
}

Result measure(Bench& bench, crypto::Suite suite) {
    crypto::Random random = crypto::Random::system();
    const auto caller_key = crypto::KeyPair::generate(random);
    const auto called_key = crypto::KeyPair::generate(random);
    Side caller(caller_key, called_key.public_key, suite, true);
    Side called(called_key, caller_key.public_key, suite, false);
    control::Moment now{1000 * crypto::kSecond, 1'700'000'000 * crypto::kSecond};
    Stopwatch watch;
    Samples calling;
    Samples answering;
    for (uint32_t lap = 0; lap <= std::min(bench.options.laps, kMostLaps); ++lap) {
        Cycles sum;
        for (uint32_t i = 0; i < kPerLap; ++i) {
            now.now_ns += kPause;
            now.unix_ns += kPause;
            if (!shake_hands(caller, called, now, watch, sum)) {
                return tl::unexpected<std::string>("handshake: no session, or different keys");
            }
        }
        if (lap > 0) {  // the first one warms up
            calling.add(static_cast<double>(sum.caller) / kPerLap);
            answering.add(static_cast<double>(sum.called) / kPerLap);
        }
    }
    for (const bool answers : {true, false}) {
        const Samples& samples = answers ? answering : calling;
        bench.report.add({
            .name = answers ? "handshake" : "handshake/initiator",
            .suite = suite,
            .backend = {},
            .size = {},
            .flows = {},
            .outer = {},
            .cycles = samples.median(),
            .least = samples.least(),
            .raw_aead = {},
        });
    }
    return {};
}

}  // namespace

Result run_handshake(Bench& bench) {
    for (const AeadChoice& choice : bench.chosen) {
        if (!choice.backend->available()) {
            continue;
        }
        bench.report.progress("handshake");
        if (auto done = measure(bench, choice.backend->suite); !done) {
            return done;
        }
    }
    return {};
}

}  // namespace egret::bench
