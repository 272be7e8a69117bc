// SPDX-License-Identifier: Apache-2.0
#include "names/hello_assembler.hpp"

#include "name_messages.hpp"

#include <span>
#include <string>
#include <string_view>

#include <CppUTest/TestHarness.h>

using egret::api::ServerName;
using egret::names::HelloAssembler;
using egret::names::HelloStatus;
using egret::names::kMaxClientHelloSize;
using egret::test::Bytes;
using egret::test::client_hello;
using egret::test::client_hello_for;
using egret::test::server_name_extension;
using egret::test::text;
using egret::test::tls_extension;
using egret::test::tls_records;
using egret::test::operator+;

namespace {

constexpr uint64_t kFlow = 42;
constexpr uint32_t kStart =
    0xffffff80;  // so that every test crosses the wrap of the sequence number

}  // namespace

TEST_GROUP(HelloAssembler)
{
    HelloAssembler assembler{4};
    const Bytes hello = client_hello_for("login.microsoft.com");

    std::string add(uint64_t flow, size_t from, size_t to) {
        return add_bytes(flow, from, std::span{hello}.subspan(from, to - from));
    }

    std::string add_bytes(uint64_t flow, size_t offset, std::span<const uint8_t> payload) {
        ServerName name;
        const auto sequence = kStart + static_cast<uint32_t>(offset);
        switch (assembler.add(flow, sequence, payload, name)) {
            case HelloStatus::name:
                return std::string{name.view()};
            case HelloStatus::need_more:
                return "need_more";
            case HelloStatus::none:
                break;
        }
        return "none";
    }
};

TEST(HelloAssembler, AnswersAWholeHelloWithoutHoldingIt) {
    STRCMP_EQUAL("login.microsoft.com", add(kFlow, 0, hello.size()).c_str());
    LONGS_EQUAL(0, assembler.n_held());
}

TEST(HelloAssembler, HoldsNothingOfOtherProtocols) {
    STRCMP_EQUAL("none", add_bytes(kFlow, 0, text("GET / HTTP/1.1")).c_str());
    LONGS_EQUAL(0, assembler.n_held());
}

TEST(HelloAssembler, JoinsEverySplitInTwo) {
    for (size_t cut = 1; cut < hello.size(); ++cut) {
        STRCMP_EQUAL("need_more", add(kFlow, 0, cut).c_str());
        STRCMP_EQUAL("login.microsoft.com", add(kFlow, cut, hello.size()).c_str());
        LONGS_EQUAL(0, assembler.n_held());
    }
}

TEST(HelloAssembler, JoinsSingleBytes) {
    for (size_t i = 0; i + 1 < hello.size(); ++i) {
        STRCMP_EQUAL("need_more", add(kFlow, i, i + 1).c_str());
    }
    STRCMP_EQUAL("login.microsoft.com", add(kFlow, hello.size() - 1, hello.size()).c_str());
}

TEST(HelloAssembler, UnderstandsRetransmissionsAndOverlaps) {
    STRCMP_EQUAL("need_more", add(kFlow, 0, 20).c_str());
    STRCMP_EQUAL("need_more", add(kFlow, 0, 20).c_str());
    STRCMP_EQUAL("need_more", add(kFlow, 5, 15).c_str());
    STRCMP_EQUAL("need_more", add(kFlow, 10, 40).c_str());
    STRCMP_EQUAL("need_more", add_bytes(kFlow, 40, {}).c_str());
    STRCMP_EQUAL("login.microsoft.com", add(kFlow, 0, hello.size()).c_str());
}

TEST(HelloAssembler, IgnoresBytesFromBeforeTheStream) {
    STRCMP_EQUAL("need_more", add(kFlow, 0, 20).c_str());
    const Bytes probe = {0};
    STRCMP_EQUAL("need_more", add_bytes(kFlow, SIZE_MAX, probe).c_str());
    const Bytes straddling = Bytes{0, 0} + hello;
    STRCMP_EQUAL("login.microsoft.com", add_bytes(kFlow, SIZE_MAX - 1, straddling).c_str());
}

TEST(HelloAssembler, GivesUpOnAGap) {
    STRCMP_EQUAL("need_more", add(kFlow, 0, 20).c_str());
    STRCMP_EQUAL("none", add(kFlow, 21, 40).c_str());
    LONGS_EQUAL(0, assembler.n_held());
}

TEST(HelloAssembler, GivesUpWhenARetransmissionSaysSomethingElse) {
    STRCMP_EQUAL("need_more", add(kFlow, 0, 60).c_str());
    Bytes other = hello;
    other[20] = static_cast<uint8_t>(~other[20]);
    STRCMP_EQUAL("none", add_bytes(kFlow, 0, other).c_str());
    LONGS_EQUAL(0, assembler.n_held());
}

TEST(HelloAssembler, GivesUpWhenTheBufferIsFull) {
    const Bytes big = tls_records(
        client_hello(tls_extension(21, Bytes(4022, 0)) + server_name_extension("a.example"))
    );
    STRCMP_EQUAL("need_more", add_bytes(kFlow, 0, std::span{big}.first(4000)).c_str());
    STRCMP_EQUAL("none", add_bytes(kFlow, 4000, std::span{big}.subspan(4000)).c_str());
    LONGS_EQUAL(0, assembler.n_held());
}

TEST(HelloAssembler, KeepsFlowsApart) {
    for (uint64_t flow = 0; flow < 4; ++flow) {
        STRCMP_EQUAL("need_more", add(flow, 0, 10 + flow).c_str());
    }
    for (uint64_t flow = 0; flow < 4; ++flow) {
        STRCMP_EQUAL("login.microsoft.com", add(flow, 10 + flow, hello.size()).c_str());
    }
}

TEST(HelloAssembler, EvictsTheOldest) {
    for (uint64_t flow = 0; flow < 5; ++flow) {
        STRCMP_EQUAL("need_more", add(flow, 0, 10).c_str());
    }
    LONGS_EQUAL(4, assembler.n_held());
    STRCMP_EQUAL("none", add(0, 10, hello.size()).c_str());
    STRCMP_EQUAL("login.microsoft.com", add(1, 10, hello.size()).c_str());
    STRCMP_EQUAL("login.microsoft.com", add(4, 10, hello.size()).c_str());
}

TEST(HelloAssembler, ForgetsAFlow) {
    STRCMP_EQUAL("need_more", add(kFlow, 0, 10).c_str());
    assembler.forget(kFlow);
    assembler.forget(kFlow + 1);
    LONGS_EQUAL(0, assembler.n_held());
    // The flow number may be used again.
    STRCMP_EQUAL("login.microsoft.com", add(kFlow, 0, hello.size()).c_str());
}
