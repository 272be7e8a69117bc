// SPDX-License-Identifier: Apache-2.0
// The daemon's end of the socket to the dataplane.
#include "control/daemon/dataplane_link.hpp"

#include "control_fixture.hpp"
#include "socket_dataplane.hpp"

#include <algorithm>
#include <memory>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

struct Heard final : DataplaneListener {
    void on_connected(const api::Hello& hello) override { instances.push_back(hello.instance); }

    void on_disconnected() override { ++n_lost; }

    void on_punt(const api::Punt& punt) override { punts.push_back(punt); }

    void on_event(const api::Event& event) override { events.push_back(event); }

    std::vector<uint64_t> instances;
    int n_lost = 0;
    std::vector<api::Punt> punts;
    std::vector<api::Event> events;
};

}  // namespace

struct DataplaneLinkTests : Utest {
    TempFolder folder;
    std::string path = (folder.path() / "dataplane.sock").string();
    std::unique_ptr<EventLoop> loop = EventLoop::make().value();
    std::vector<std::string> logged;
    Log log{
        [this](const LogRecord& record) { logged.push_back(log_line(record)); },
        [] { return uint64_t{0}; }};
    Heard heard;

    bool until(SocketDataplane& dataplane, const std::function<bool()>& done) {
        return turn_until(*loop, {&dataplane}, done);
    }

    bool connect(SocketDataplane& dataplane, const DataplaneLink& link) {
        return until(dataplane, [&] { return link.hello() != nullptr; });
    }
};

TEST_GROUP_BASE(DataplaneLink, DataplaneLinkTests){};

TEST(DataplaneLink, GreetsADataplane) {
    SocketDataplane dataplane(path, 7);
    const DataplaneLink link(*loop, log, heard, path);
    CHECK_FALSE(link.problem().empty());
    CHECK_TRUE(connect(dataplane, link));
    UNSIGNED_LONGS_EQUAL(7, link.hello()->instance);
    UNSIGNED_LONGS_EQUAL(7, heard.instances.at(0));
    STRCMP_EQUAL("", link.problem().c_str());
}

TEST(DataplaneLink, WaitsForADataplaneThatComesLater) {
    DataplaneLink link(*loop, log, heard, path);
    for (int i = 0; i < 3; ++i) {
        loop->run_once(60);
    }
    CHECK_FALSE(link.tell(api::Retire{}));
    LONGS_EQUAL(1, logged.size());
    SocketDataplane dataplane(path, 7);
    CHECK_TRUE(connect(dataplane, link));
}

TEST(DataplaneLink, HearsPuntsAndEvents) {
    SocketDataplane dataplane(path, 7);
    const DataplaneLink link(*loop, log, heard, path);
    CHECK_TRUE(connect(dataplane, link));
    api::HandshakeDatagram datagram;
    datagram.size_bytes = 148;
    dataplane.punt(datagram, *api::parse_endpoint("198.51.100.1:4500"));
    api::Event event;
    event.kind = api::EventKind::session_wanted;
    event.peer = 3;
    dataplane.tell(event);
    CHECK_TRUE(until(dataplane, [&] { return !heard.events.empty(); }));
    LONGS_EQUAL(148, heard.punts.at(0).size_bytes);
    LONGS_EQUAL(3, heard.events.at(0).peer);
}

TEST(DataplaneLink, BringsAnswersToTheirRequests) {
    SocketDataplane dataplane(path, 7);
    DataplaneLink link(*loop, log, heard, path);
    CHECK_TRUE(connect(dataplane, link));
    dataplane.install_refusals = {api::InstallStatus::installed, api::InstallStatus::index_taken};
    std::vector<api::InstallStatus> statuses;
    api::Install install;
    install.instance = 7;
    for (int i = 0; i < 3; ++i) {
        CHECK_TRUE(link.ask(install, [&](const api::Answer& answer) {
            statuses.push_back(answer.install);
        }));
    }
    CHECK_TRUE(until(dataplane, [&] { return statuses.size() == 3; }));
    CHECK_TRUE(statuses.at(0) == api::InstallStatus::installed);
    CHECK_TRUE(statuses.at(1) == api::InstallStatus::index_taken);
    CHECK_TRUE(statuses.at(2) == api::InstallStatus::installed);
}

TEST(DataplaneLink, BringsPagesUpToTheLast) {
    SocketDataplane dataplane(path, 7);
    dataplane.peers.resize(2 * api::PeerPage::kCapacity + 1);
    DataplaneLink link(*loop, log, heard, path);
    CHECK_TRUE(connect(dataplane, link));
    size_t n = 0;
    bool is_done = false;
    CHECK_TRUE(link.list<api::PeerPage>(0, [&](const api::PeerPage* page) {
        n += records_of(*page).size();
        is_done = page->last;
    }));
    CHECK_TRUE(until(dataplane, [&] { return is_done; }));
    UNSIGNED_LONGS_EQUAL(dataplane.peers.size(), n);
}

TEST(DataplaneLink, BelievesNoCountOfRecords) {
    api::PeerPage page;
    page.n = 60'000;
    UNSIGNED_LONGS_EQUAL(api::PeerPage::kCapacity, records_of(page).size());
}

TEST(DataplaneLink, ALostConnectionEndsEveryRequest) {
    SocketDataplane dataplane(path, 7);
    dataplane.answers = false;
    DataplaneLink link(*loop, log, heard, path);
    CHECK_TRUE(connect(dataplane, link));
    bool is_refused = false;
    bool is_ended = false;
    CHECK_TRUE(link.ask(api::Publish{}, [&](const api::Answer& answer) {
        is_refused = answer.status == api::AnswerStatus::refused;
    }));
    CHECK_TRUE(link.list<api::CountersMessage>(0, [&](const api::CountersMessage* message) {
        is_ended = message == nullptr;
    }));
    dataplane.turn();
    dataplane.hang_up();
    CHECK_TRUE(until(dataplane, [&] { return heard.n_lost == 1; }));
    CHECK_TRUE(is_refused);
    CHECK_TRUE(is_ended);
}

TEST(DataplaneLink, FindsTheNextDataplane) {
    SocketDataplane first(path, 7);
    const DataplaneLink link(*loop, log, heard, path);
    CHECK_TRUE(connect(first, link));
    first.die();
    SocketDataplane second(path, 8);
    CHECK_TRUE(until(second, [&] { return heard.instances.size() == 2; }));
    UNSIGNED_LONGS_EQUAL(8, heard.instances.at(1));
    LONGS_EQUAL(1, heard.n_lost);
}

TEST(DataplaneLink, TurnsAwayWhoeverDoesNotSayHello) {
    SocketDataplane dataplane(path, 7);
    dataplane.says_hello = false;
    const DataplaneLink link(*loop, log, heard, path);
    CHECK_TRUE(until(dataplane, [&] { return dataplane.is_connected(); }));
    dataplane.send(api::Answer{});
    CHECK_TRUE(until(dataplane, [&] { return !logged.empty(); }));
    STRCMP_CONTAINS("did not say hello", link.problem().c_str());
    CHECK_TRUE(heard.instances.empty());
}

TEST(DataplaneLink, KeepsInOrderWhatADataplaneDoesNotTakeAtOnce) {
    SocketDataplane dataplane(path, 7);
    DataplaneLink link(*loop, log, heard, path);
    CHECK_TRUE(connect(dataplane, link));
    constexpr uint32_t kMany = 5'000;
    bool is_taken = true;
    for (uint32_t i = 0; i < kMany; ++i) {
        is_taken = link.tell(api::Retire{.instance = 7, .receiver_index = i}) && is_taken;
    }
    CHECK_TRUE(is_taken);
    CHECK_TRUE(until(dataplane, [&] { return dataplane.retired.size() == kMany; }));
    CHECK_TRUE(std::ranges::is_sorted(dataplane.retired));
}

TEST(DataplaneLink, BoundsWhatWaits) {
    SocketDataplane dataplane(path, 7);
    DataplaneLink link(*loop, log, heard, path);
    CHECK_TRUE(connect(dataplane, link));
    size_t n = 0;
    while (link.tell(api::SendHandshake{})) {
        ++n;
    }
    CHECK_TRUE(n >= Outbox::kCapacity);
    // Handshakes may be lost; what must not be lost ends the connection, and both begin anew.
    CHECK_FALSE(link.tell(api::Retire{}));
    CHECK_TRUE(until(dataplane, [&] { return heard.instances.size() == 2; }));
}

TEST(DataplaneLink, WipesKeysOfWhatItHasSent) {
    api::Install install;
    install.session.send_key.fill(std::byte{0xab});
    install.session.receive_key.fill(std::byte{0xcd});
    alignas(Parcel) std::array<std::byte, sizeof(Parcel)> room{};
    auto* parcel =
        std::construct_at(reinterpret_cast<Parcel*>(room.data()), install, 1, api::Descriptor());
    CHECK_TRUE(std::ranges::count(room, std::byte{0xab}) >= 32);
    std::destroy_at(parcel);
    CHECK_TRUE(std::search_n(room.begin(), room.end(), 8, std::byte{0xab}) == room.end());
    CHECK_TRUE(std::search_n(room.begin(), room.end(), 8, std::byte{0xcd}) == room.end());
}
