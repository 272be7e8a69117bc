// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control_fixture.hpp"

namespace egret::test {

/// Compiled from text, with the questions a packet asks.
class Node {
  public:
    explicit Node(const std::string& toml)
        : generation_(compiled(folder_, toml)) {}

    [[nodiscard]] const api::Tables& tables() const { return generation_.tables; }

    [[nodiscard]] const control::Generation& generation() const { return generation_; }

    [[nodiscard]] api::Classification classify(
        const char* destination,
        uint16_t port,
        uint8_t protocol = 6,
        const char* source = "10.9.9.9"
    ) const {
        return api::classify(tables(), packet(destination, port, protocol, source));
    }

    [[nodiscard]] api::Classification
    classify_for_peer(const api::Peer& peer, const char* destination, uint16_t port) const {
        return api::classify_for_peer(tables(), peer, packet(destination, port, 6, "10.9.9.9"));
    }

    [[nodiscard]] std::string entry(uint16_t segment, const char* destination, uint16_t port)
        const {
        const auto source = generation_.provenance.find(
            segment,
            {api::parse_address(destination).value(), 6, port}
        );
        return source ? source->list + " " + source->entry : std::string();
    }

  private:
    static api::Destination
    packet(const char* destination, uint16_t port, uint8_t protocol, const char* source) {
        return {
            api::parse_address(source).value(),
            api::parse_address(destination).value(),
            protocol,
            port,
            0,
            0};
    }

    TempFolder folder_;
    control::Generation generation_;
};

void check_verdict(api::Verdict expected, const api::Classification& found);

}  // namespace egret::test
