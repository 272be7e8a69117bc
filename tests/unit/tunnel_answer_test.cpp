// SPDX-License-Identifier: Apache-2.0
#include "tunnel_net.hpp"

#include <CppUTest/TestHarness.h>

using egret::api::Endpoint;
using egret::api::Family;
using egret::crypto::kSecond;
using egret::test::TunnelNet;

/// Whether a response came from where the initiation was sent: only then does its address count as observed.
TEST_GROUP(TunnelAnswer)
{
    TunnelNet net{TunnelNet::Setup{}};
    const Endpoint elsewhere{{Family::ipv4, {192, 0, 2, 9}}, 1};

    /// The branch initiates and the edge answers; the response as it would be sent.
    egret::api::HandshakeDatagram response() {
        net.branch->tunnels.want_session(TunnelNet::kSlot, net.moment);
        const auto initiations = net.branch->dataplane.take();
        UNSIGNED_LONGS_EQUAL(1, initiations.size());
        net.edge_receives(initiations.front());
        const auto responses = net.edge->dataplane.take();
        UNSIGNED_LONGS_EQUAL(1, responses.size());
        return responses.front();
    }

    [[nodiscard]] bool answered_in_place() const {
        return net.branch->dataplane.installs.back().answered_in_place;
    }
};

TEST(TunnelAnswer, FromTheAddressCalledIsInPlace) {
    net.branch_receives(response());
    CHECK_TRUE(answered_in_place());
    CHECK_FALSE(net.edge->dataplane.installs.back().answered_in_place);  // it did not call
}

TEST(TunnelAnswer, FromAnotherAddressIsNot) {
    const auto sent = response();
    net.branch->tunnels.receive(TunnelNet::punt(sent, elsewhere), net.moment);
    CHECK_FALSE(answered_in_place());
    CHECK_TRUE(net.branch->dataplane.installs.back().endpoint == elsewhere);
}

TEST(TunnelAnswer, TheNextCallGoesToTheNewAddress) {
    const auto first = response();
    net.branch->tunnels.receive(TunnelNet::punt(first, elsewhere), net.moment);
    net.advance(10 * kSecond, false);
    const auto second = response();
    net.branch_receives(second);
    CHECK_FALSE(answered_in_place());
    net.advance(10 * kSecond, false);
    const auto third = response();
    net.branch_receives(third);
    CHECK_TRUE(answered_in_place());
}
