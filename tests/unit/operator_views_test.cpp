// SPDX-License-Identifier: Apache-2.0
// What operators see of egretd's records.
#include "control/operator/pcapng.hpp"
#include "control/operator/quantities.hpp"
#include "control/operator/text_table.hpp"
#include "control/operator/views.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include <CppUTest/TestHarness.h>

using namespace egret::control;

namespace {

size_t widest_line(const std::string& text) {
    size_t widest = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        widest = std::max(widest, line.size());
    }
    return widest;
}

Json tunnel() {
    return Json{
        {"peer", "edge-par1"},
        {"site", "edge-par1"},
        {"group", "paris"},
        {"state", "up"},
        {"handshake_age_s", 61.5},
        {"round_trip_ms", nullptr},
        {"endpoint", "198.51.100.10:51820"},
        {"bytes_sent", 1536},
        {"bytes_received", 10},
        {"packets_sent", 12},
        {"packets_received", 3},
        {"observed_ipv4", nullptr},
        {"observed_ipv6", nullptr},
    };
}

}  // namespace

TEST_GROUP(OperatorViews)
{};

TEST(OperatorViews, WhatListsHoldIsSaidWithItsRemedy) {
    const Json list{{"list", "idp"}, {"prefixes", 4}, {"waiting", 2}, {"kept", 0}};
    STRCMP_CONTAINS(
        "\nidp: 2 new entries held, not used: egret lists accept idp\n",
        lists_view({list}).c_str()
    );
    const Json entry{{"entry", "203.0.113.0/24"}, {"part", "set 56"}};
    const Json diff{{"list", "idp"}, {"n_waiting", 1}, {"waiting", {entry}}};
    const std::string shown = list_diff_view({diff});
    STRCMP_CONTAINS("idp: 1 new entry held, not used: egret lists accept idp\n", shown.c_str());
    STRCMP_CONTAINS("? 203.0.113.0/24  set 56", shown.c_str());
    const Json held{{"list", "idp"}, {"entries", 2}};
    STRCMP_CONTAINS(
        "held entries 2 of idp: egret lists accept LIST uses them\n",
        status_view({Json{{"lists_held", Json::array({held})}}}).c_str()
    );
    CHECK_TRUE(
        status_view({Json{{"lists_held", Json::array()}}}).find("held") == std::string::npos
    );
}

TEST(OperatorViews, Durations) {
    STRCMP_EQUAL("0s", duration_text(0.9).c_str());
    STRCMP_EQUAL("59s", duration_text(59).c_str());
    STRCMP_EQUAL("1m 1s", duration_text(61.9).c_str());
    STRCMP_EQUAL("1h 0m", duration_text(3600).c_str());
    STRCMP_EQUAL("23h 59m", duration_text(86'399).c_str());
    STRCMP_EQUAL("12d 3h", duration_text(12 * 86'400 + 3 * 3600).c_str());
    STRCMP_EQUAL("0s", duration_text(-5).c_str());
    STRCMP_EQUAL("", duration_text(nullptr).c_str());
}

TEST(OperatorViews, Amounts) {
    STRCMP_EQUAL("0 B", bytes_text(0).c_str());
    STRCMP_EQUAL("1023 B", bytes_text(1023).c_str());
    STRCMP_EQUAL("1.0 KiB", bytes_text(1024).c_str());
    STRCMP_EQUAL("1.5 MiB", bytes_text(1'572'864).c_str());
    STRCMP_EQUAL("16384.0 PiB", bytes_text(UINT64_MAX).c_str());
    STRCMP_EQUAL("99999999", count_text(99'999'999).c_str());
    STRCMP_EQUAL("100.0 M", count_text(100'000'000).c_str());
    STRCMP_EQUAL("2.5 G", count_text(2'500'000'000).c_str());
    STRCMP_EQUAL("12.3 ms", milliseconds_text(12.34).c_str());
}

TEST(OperatorViews, NothingMovesATerminalsCursor) {
    STRCMP_EQUAL("?[2Jevil?", plain_text("\x1b[2Jevil\x7f").c_str());
}

TEST(OperatorViews, ColumnsWithoutContentAreLeftOut) {
    TextTable table({{"a"}, {"empty"}, {"n", TextTable::Column::number}});
    table.add({"x", "", "1"});
    table.add({"", "", "123"});
    STRCMP_EQUAL("a    n\n-  ---\nx    1\n-  123\n", table.to_text().c_str());
}

TEST(OperatorViews, LongNamesAreCutBeforeNumbers) {
    TextTable table({{"name"}, {"n", TextTable::Column::number}});
    table.add({std::string(300, 'x'), "18446744073709551615"});
    const std::string text = table.to_text();
    UNSIGNED_LONGS_EQUAL(TextTable::kMaxWidth, widest_line(text));
    STRCMP_CONTAINS("xx..  18446744073709551615\n", text.c_str());
}

TEST(OperatorViews, TunnelsFitATerminal) {
    Json wide = tunnel();
    for (const char* name : {"peer", "site", "group"}) {
        wide[name] = std::string(63, 'n') + name;
    }
    wide["endpoint"] = "[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:51820";
    wide["observed_ipv4"] = "203.0.113.255";
    wide["observed_ipv6"] = "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff";
    wide["round_trip_ms"] = 1234.5;
    for (const char* name : {"bytes_sent", "bytes_received", "packets_sent", "packets_received"}) {
        wide[name] = uint64_t{1} << 50;
    }
    CHECK_TRUE(widest_line(tunnels_view({wide})) <= TextTable::kMaxWidth);
}

TEST(OperatorViews, ATunnelAtAGlance) {
    STRCMP_EQUAL(
        "peer       group  state  handshake  endpoint                sent  packets  received  "
        "packets\n"
        "---------  -----  -----  ---------  -------------------  -------  -------  --------  "
        "-------\n"
        "edge-par1  paris  up         1m 1s  198.51.100.10:51820  1.5 KiB       12      10 B       "
        " 3\n",
        tunnels_view({tunnel()}).c_str()
    );
    STRCMP_EQUAL("no tunnels\n", tunnels_view({}).c_str());
}

TEST(OperatorViews, StatusNamesEveryProblem) {
    const Json status{
        {"node", "branch-042"},
        {"role", "branch"},
        {"generation_wanted", 18},
        {"generation_live", 17},
        {"confirm_within_s", 95},
        {"uptime_s", 3700},
        {"dataplane", nullptr},
        {"signaling", true},
        {"key_log", "/tmp/keys"},
        {"tunnels_up", 1},
        {"tunnels_starting", 0},
        {"tunnels_down", 1},
        {"flows", 7},
        {"problems", Json::array({"the tunnel to edge-par1 is down"})},
    };
    STRCMP_EQUAL(
        "node         branch-042 (branch)\n"
        "generation   18 wanted, 17 live\n"
        "UNCONFIRMED  taken back in 1m 35s: egret confirm keeps it\n"
        "egretd       up 1h 1m\n"
        "dataplane    not connected\n"
        "signaling    on\n"
        "tunnels      1 up, 0 starting, 1 down\n"
        "flows        7\n"
        "KEY LOG ON   /tmp/keys: who has it can read the recorded traffic\n"
        "PROBLEM      the tunnel to edge-par1 is down\n",
        status_view({status}).c_str()
    );
}

TEST(OperatorViews, StatusSaysWhatSealsAndWhy) {
    const Json dataplane{
        {"aead_wireguard", "crypto_aesni_mb"},
        {"aead_wireguard_why", "measured: 640 cycles a packet"},
        {"aead_aes256gcm", nullptr},
        {"aead_aes256gcm_why", "this processor cannot do it"},
        {"max_simd_bits", 256},
    };
    const std::string view = status_view({Json{{"dataplane", dataplane}}});
    STRCMP_CONTAINS(
        "encryption   wireguard by crypto_aesni_mb (measured: 640 cycles a packet)\n"
        "             aes256gcm not available (this processor cannot do it)\n"
        "             no vectors wider than 256 bits\n",
        view.c_str()
    );
}

TEST(OperatorViews, RecordsOfAnotherReleaseAreShownAsFarAsKnown) {
    const Records odd{Json{{"peer", 3}, {"state", nullptr}}};
    for (const auto& view :
         {status_view(odd),
          tunnels_view(odd),
          flows_view(odd),
          counters_view(odd),
          sign_ins_view(odd),
          ports_view(odd, odd)}) {
        CHECK_FALSE(view.empty());
    }
    CHECK_FALSE(status_view({}).empty());
    CHECK_FALSE(counters_view({}).empty());
}

TEST(OperatorViews, DropsHaveTheirSentences) {
    const Json counters{
        {"received", 10},
        {"drops",
         Json::array({Json{{"reason", "rule"}, {"packets", 4}, {"sentence", "a rule says drop"}}})},
    };
    STRCMP_CONTAINS("rule           4  a rule says drop\n", counters_view({counters}).c_str());
    STRCMP_CONTAINS(
        "nothing was dropped\n",
        counters_view({Json{{"drops", Json::array()}}}).c_str()
    );
}

TEST(OperatorViews, AFlowSaysWhyItWasDropped) {
    const Json flow{
        {"protocol", "tcp"},
        {"source", "2001:db8::1"},
        {"source_port", 51'000},
        {"destination", "192.0.2.9"},
        {"destination_port", 443},
        {"verdict", "tunnel"},
        {"server_name", "login.example.com"},
        {"drop_reason", "no_session"},
    };
    const std::string view = flows_view({flow});
    STRCMP_CONTAINS(
        "[2001:db8::1]:51000  login.example.com:443  tcp       drop: no_session",
        view.c_str()
    );
}

TEST(OperatorViews, SignInsHaveTheirLocation) {
    const Json record{
        {"time", "2026-11-20T08:15:30.123456789Z"},
        {"site", "lyon"},
        {"destination", "20.190.128.10"},
        {"destinationPort", 443},
        {"ipAddress", "203.0.113.7"},
        {"originVerified", "registered"},
        {"networkLocationDetails",
         Json::array(
             {Json{{"networkType", "trustedNamedLocation"}, {"networkNames", {"Lyon office"}}}}
         )},
    };
    STRCMP_CONTAINS(
        "08:15:30.123  lyon  20.190.128.10:443  203.0.113.7       registered  Lyon office "
        "(trusted)\n",
        sign_ins_view({record}).c_str()
    );
}

TEST(OperatorViews, CapturesAreBlocksOfWords) {
    const std::array<std::byte, 5> bytes{};
    const std::string head = pcapng_head("wan0", 262'144);
    const std::string packet = pcapng_packet(
        {.unix_ns = 0x0102030405060708,
         .frame_bytes = 60,
         .n_missed = 2,
         .is_sent = true,
         .bytes = bytes}
    );
    const auto word = [](const std::string& block, size_t index) {
        uint32_t value = 0;
        std::copy_n(block.data() + 4 * index, sizeof(value), reinterpret_cast<char*>(&value));
        return value;
    };
    UNSIGNED_LONGS_EQUAL(0x0a0d0d0a, word(head, 0));
    UNSIGNED_LONGS_EQUAL(0x1a2b3c4d, word(head, 2));
    UNSIGNED_LONGS_EQUAL(6, word(packet, 0));
    UNSIGNED_LONGS_EQUAL(packet.size(), word(packet, 1));
    UNSIGNED_LONGS_EQUAL(0x01020304, word(packet, 3));
    UNSIGNED_LONGS_EQUAL(0x05060708, word(packet, 4));
    UNSIGNED_LONGS_EQUAL(5, word(packet, 5));
    UNSIGNED_LONGS_EQUAL(60, word(packet, 6));
    // Eight bytes of frame with its padding; then epb_flags, 4 bytes: outbound.
    UNSIGNED_LONGS_EQUAL(2 | 4U << 16, word(packet, 9));
    UNSIGNED_LONGS_EQUAL(2, word(packet, 10));
    // epb_dropcount, 8 bytes.
    UNSIGNED_LONGS_EQUAL(4 | 8U << 16, word(packet, 11));
    UNSIGNED_LONGS_EQUAL(2, word(packet, 12));
    UNSIGNED_LONGS_EQUAL(packet.size(), word(packet, packet.size() / 4 - 1));
}
