// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"
#include "control/records/client_book.hpp"
#include "control/records/sign_in_log.hpp"
#include "control/tunnel/tunnels.hpp"

#include <egret/crypto/random.hpp>

#include <array>
#include <functional>
#include <memory>
#include <replay/replay.hpp>
#include <string>
#include <vector>

namespace egret::control {

/// The control side of a replay: the real handshakes of both nodes and the edge's sign-in log.
class NodeControl final : public replay::Control {
  public:
    /// `branch` and `edge` were loaded with keys and must outlive the object; `random` too. `sign_in` takes the records.
    NodeControl(
        const Generation& branch,
        const Generation& edge,
        crypto::Random& random,
        SignInLog::Sink sign_in
    );
    ~NodeControl() override;

    /// Must be called before the replay runs.
    void attach(replay::Replay& replay);

    /// Called with each key a decoder of `wan.pcap` needs, as lines of Wireshark's WireGuard key log.
    void log_keys(std::function<void(const std::string& line)> sink);

    void start(uint64_t now_ns) override;
    void punt(replay::End end, const api::Punt& punt, uint64_t now_ns) override;
    void event(replay::End end, const api::Event& event, uint64_t now_ns) override;
    void tick(uint64_t now_ns) override;

    /// The branch's clients so far, for `clients.jsonl`.
    [[nodiscard]] std::vector<Json> clients() const { return clients_.records(0); }

    /// Writes the sign-in records that still wait. Returns how many were written in all.
    uint64_t finish();

  private:
    class Sink;

    std::array<std::unique_ptr<Sink>, 2> sinks_;
    std::array<std::unique_ptr<Tunnels>, 2> tunnels_;
    SignInLog sign_ins_;
    const Generation& branch_;
    ClientBook clients_;
};

}  // namespace egret::control
