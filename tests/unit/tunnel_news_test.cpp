// SPDX-License-Identifier: Apache-2.0
// What the log says of tunnels.
#include "control/daemon/tunnel_news.hpp"

#include "control_fixture.hpp"

#include <array>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

struct TunnelNewsTests : Utest {
    std::string logged;
    Log log{
        [this](const LogRecord& record) { logged += log_line(record) + "\n"; },
        [] { return uint64_t{0}; }};
    TunnelNews news{log};
};

TEST_GROUP_BASE(TunnelsInTheLog, TunnelNewsTests){};

TEST(TunnelsInTheLog, OnlyChangesAreNews) {
    const TempFolder folder;
    news.set_generation(compiled(folder, kBranch));
    news.session_made(0);
    news.session_made(0);
    news.handshakes_unanswered(0);
    news.handshakes_unanswered(0);
    news.session_made(0);
    STRCMP_EQUAL(
        "INFO tunnel up peer=e1\n"
        "WARNING tunnel down: handshakes are not answered peer=e1\n"
        "INFO tunnel up peer=e1\n",
        logged.c_str()
    );
}

TEST(TunnelsInTheLog, WhatWasUpBeforeIsNoNews) {
    std::array<api::PeerRecord, 2> peers;
    peers[0].slot = 3;
    peers[0].has_session = true;
    peers[1].slot = 4;
    peers[1].state = api::PeerState::down;
    news.begin(peers);
    news.session_made(3);
    news.handshakes_unanswered(4);
    STRCMP_EQUAL("", logged.c_str());
    news.begin({});
    news.session_made(3);
    STRCMP_EQUAL("INFO tunnel up peer=3\n", logged.c_str());
}

TEST(TunnelsInTheLog, WhoKnocksInVainIsNamed) {
    const api::Endpoint source = *api::parse_endpoint("198.51.100.7:4500");
    for (const Received harmless :
         {Received::answered, Received::cookie_sent, Received::malformed, Received::replayed}) {
        news.received(harmless, source);
    }
    STRCMP_EQUAL("", logged.c_str());
    news.received(Received::unknown_peer, source);
    STRCMP_EQUAL(
        "WARNING handshake refused source=198.51.100.7:4500 reason=\"its key belongs to no "
        "peer\"\n",
        logged.c_str()
    );
}
