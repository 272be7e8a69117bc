// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node_harness.hpp"
#include "packet_builder.hpp"

#include <egret/api/sessions.hpp>
#include <egret/crypto/aead.hpp>

#include <cstdint>
#include <optional>

namespace egret::test {

/// The other end of a node's tunnel, played by the test without a handshake: it seals whatever it likes and opens what the
/// node sends. Made with libsodium alone, so it does not share the packet path's mistakes.
class FarEnd {
  public:
    struct Options {
        uint16_t slot = 0;
        crypto::Suite suite = crypto::Suite::wireguard;
        bool node_initiated = false;
        api::Endpoint endpoint = {};  ///< where the far end is; by default the other node's address
        uint32_t node_index =
            0x00aa0001;   ///< the node's receiver index; the peer's worker is put on top
        uint8_t key = 1;  ///< different keys for different numbers
    };

    /// Installs a session for itself in `node`, created now.
    FarEnd(NodeHarness& node, const Options& options);

    /// What the node said to the install.
    [[nodiscard]] api::InstallStatus status() const noexcept { return status_; }

    /// A data message with the next counter. The payload is sealed as it is, without padding.
    [[nodiscard]] Bytes seal(const Bytes& payload);
    [[nodiscard]] Bytes seal(const Bytes& payload, uint64_t counter) const;

    /// The payload of a data message or of a whole outside frame, padding included; nothing if it is not authentic.
    [[nodiscard]] std::optional<Bytes> open(const Bytes& message) const;
    [[nodiscard]] std::optional<Bytes> open_frame(const Bytes& frame) const;

    /// A message as an outside frame from the far end to the node.
    [[nodiscard]] Bytes frame(const Bytes& message, uint8_t traffic_class = 0) const;
    [[nodiscard]] Bytes
    frame_from(const api::Endpoint& source, const Bytes& message, uint8_t traffic_class = 0) const;

    /// Seals a payload and sends it; returns what the node did.
    NodeOutput send(const Bytes& payload);

    uint64_t next_counter = 0;

  private:
    NodeHarness& node_;
    Options options_;
    crypto::AeadKey send_key_;
    crypto::AeadKey receive_key_;
    api::InstallStatus status_;
};

/// Counter of a data message or of a whole outside frame that carries one.
[[nodiscard]] uint64_t counter_of(const Bytes& frame);

}  // namespace egret::test
