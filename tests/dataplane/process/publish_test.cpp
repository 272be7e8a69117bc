// SPDX-License-Identifier: Apache-2.0
// Generations on their way to a dataplane that runs: live as a whole, or not at all.
#include "dataplane_process.hpp"
#include "scenario.hpp"

#include <egret/api/tables_codec.hpp>

#include <string>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::test;
using api::AnswerStatus;

TEST_GROUP(Publish)
{
    DataplaneProcess dataplane;
    ControlEnd control{dataplane.socket_path()};

    /// Frames pass between the ports, byte for byte.
    void check_forwards() {
        const Bytes there = direct_frame("there");
        dataplane.inside().send(there);
        CHECK(dataplane.next_outside() == there);
        const Bytes back = direct_answer("back");
        dataplane.outside().send(back);
        CHECK(dataplane.next_inside() == back);
    }

    void check_refused(const api::Answer& answer, const char* text, uint64_t generation = 1) {
        CHECK(answer.status == AnswerStatus::refused);
        STRCMP_CONTAINS(text, std::string(answer.text.view()).c_str());
        LONGS_EQUAL(generation, answer.generation);
    }
};

TEST(Publish, NothingIsForwardedBeforeTheFirst) {
    dataplane.inside().send(direct_frame("too early"));
    dataplane.outside().send(direct_answer("too early"));
    CHECK_TRUE(dataplane.outside().is_quiet());
    CHECK_TRUE(dataplane.inside().is_quiet());
    CHECK(control.publish(live_branch_tables()).status == AnswerStatus::done);
    // What came before is not kept for later either.
    check_forwards();
    const auto ports = control.list<api::PortPage>();
    LONGS_EQUAL(1, ports[0].missed);
    LONGS_EQUAL(1, ports[1].missed);
}

TEST(Publish, AGenerationIsLiveWhenItIsAnswered) {
    const api::Answer answer = control.publish(live_branch_tables(7));
    CHECK(answer.status == AnswerStatus::done);
    LONGS_EQUAL(7, answer.generation);
    check_forwards();
    ControlEnd next(dataplane.socket_path());
    LONGS_EQUAL(7, next.hello().generation);
    LONGS_EQUAL(1, next.hello().slots_used);
}

TEST(Publish, APortThatDoesNotExistIsRefusedAndTheOthersNamed) {
    CHECK(control.publish(live_branch_tables(1)).status == AnswerStatus::done);
    api::Tables tables = live_branch_tables(2);
    tables.ports[1].name = {'w', 'a', 'n', '9'};
    check_refused(
        control.publish(tables),
        "port wan9: this dataplane has no such port; it has lan0, wan0"
    );
    check_forwards();
}

TEST(Publish, OnePortTwiceIsRefused) {
    api::Tables tables = live_branch_tables();
    tables.ports[1].name = tables.ports[0].name;
    check_refused(control.publish(tables), "port lan0 stands in the tables twice", 0);
}

TEST(Publish, TablesThatAreNoneAreRefused) {
    CHECK(control.publish(live_branch_tables(1)).status == AnswerStatus::done);
    const auto encoded = api::encode(live_branch_tables(2));
    check_refused(control.publish(std::span(encoded).first(encoded.size() - 1)), "the tables hold");
    check_forwards();
}

TEST(Publish, TablesThatCouldStillChangeAreRefused) {
    const auto encoded = api::encode(live_branch_tables());
    api::Publish request;
    request.instance = control.hello().instance;
    request.size_bytes = encoded.size();
    check_refused(control.ask(request), "sealed memfd", 0);
    const api::Descriptor memfd = api::make_sealed(encoded).value();
    request.size_bytes += 1;
    check_refused(control.ask(request, memfd.get()), "do not fit their memfd", 0);
}

TEST(Publish, TablesForAnotherInstanceAreRefused) {
    const auto encoded = api::encode(live_branch_tables());
    const api::Descriptor memfd = api::make_sealed(encoded).value();
    api::Publish request;
    request.instance = control.hello().instance + 1;
    request.size_bytes = encoded.size();
    check_refused(control.ask(request, memfd.get()), "a dataplane that is gone", 0);
}

TEST(Publish, AnMtuTheDeviceCannotHaveIsRefused) {
    CHECK(control.publish(live_branch_tables(1)).status == AnswerStatus::done);
    api::Tables tables = live_branch_tables(2);
    tables.ports[0].mtu_bytes = 9000;
    check_refused(control.publish(tables), "port lan0: an MTU of 9000 is too large");
    check_forwards();
}

TEST(Publish, PortsCanChangeSides) {
    CHECK(control.publish(live_branch_tables(1)).status == AnswerStatus::done);
    check_forwards();
    api::Tables tables = live_branch_tables(2);
    std::swap(tables.ports[0].name, tables.ports[1].name);
    CHECK(control.publish(tables).status == AnswerStatus::done);
    const auto ports = control.list<api::PortPage>();
    CHECK(ports[0].side == api::Side::outside && ports[0].used);
    CHECK(ports[1].side == api::Side::inside && ports[1].used);
    const Bytes frame = direct_frame("from the other side");
    dataplane.outside().send(frame);
    CHECK(dataplane.next_inside() == frame);
}

TEST(Publish, BusyWhileTwoOlderGenerationsAreInUse) {
    CHECK(control.publish(live_branch_tables(1)).status == AnswerStatus::done);
    // A worker that hangs in the middle of a burst: online, and never quiescent.
    dataplane.stop_workers();
    dataplane.node().go_online();
    CHECK(control.publish(live_branch_tables(2)).status == AnswerStatus::done);
    CHECK(control.publish(live_branch_tables(3)).status == AnswerStatus::done);
    const api::Answer busy = control.publish(live_branch_tables(4));
    CHECK(busy.status == AnswerStatus::busy);
    LONGS_EQUAL(3, busy.generation);
    dataplane.node().go_offline();
    CHECK(control.publish(live_branch_tables(4)).status == AnswerStatus::done);
}
