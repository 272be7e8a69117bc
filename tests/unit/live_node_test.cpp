// SPDX-License-Identifier: Apache-2.0
// A node's life with dataplanes that come, refuse, go and come again.
#include "control/daemon/live_node.hpp"

#include "control_fixture.hpp"
#include "socket_dataplane.hpp"

#include <egret/crypto/key_text.hpp>
#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <sys/stat.h>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

// RFC 7748 section 6.1: Alice is the branch, Bob the edge.
const char* const kAlice = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n";
const char* const kAlicePublic = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";
const char* const kBob = "XasIfmJKikt54X+Lg4AO5m87sSkmGLb9HC+LJ/+I4Os=\n";
const char* const kBobPublic = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=";

/// What happens to a node, and how its configuration is loaded anew.
struct Witness final : NodeListener {
    void on_publishing(const GenerationBook::Shared&) override { ++n_publishing; }

    void on_generation(const GenerationBook::Shared& generation) override {
        generations.push_back(generation->tables.generation);
    }

    void on_flow_event(const api::Event& event) override { flow_events.push_back(event); }

    GenerationBook::Shared on_reload(SlotBook& slots) override { return reload(slots); }

    void on_ephemeral(uint16_t, const crypto::PrivateKey&) override { ++n_ephemeral; }

    int n_publishing = 0;
    int n_ephemeral = 0;
    std::vector<uint64_t> generations;
    std::vector<api::Event> flow_events;
    std::function<GenerationBook::Shared(SlotBook&)> reload;
};

}  // namespace

/// One node with a state folder and a run folder.
struct NodeUnderTest {
    NodeUnderTest(EventLoop& loop, const char* private_key, std::string text)
        : toml(std::move(text)),
          node(loop, log, witness, folder.path()) {
        for (const char* name : {"node.key", "edge.key"}) {
            chmod(folder.write(name, private_key).c_str(), 0600);
        }
        witness.reload = [this](SlotBook& slots) { return generation(slots); };
    }

    [[nodiscard]] std::string socket() const { return folder.path() / api::kDataplaneSocket; }

    GenerationBook::Shared generation(SlotBook& slots) const {
        LoadResult loaded = load_generation(
            ConfigText{"t.toml", toml, folder.path()},
            {.needs_keys = true, .slots = &slots}
        );
        for (const Finding& finding : loaded.findings) {
            CHECK_TEXT(finding.severity != Severity::error, to_text(finding).c_str());
        }
        return std::make_shared<const Generation>(std::move(*loaded.generation));
    }

    void begin() {
        SlotBook slots;
        auto loaded = generation(slots);
        node.begin(std::move(loaded), std::move(slots));
    }

    /// A push of `text`; the verdict comes to `applied`.
    void apply(std::string text) {
        toml = std::move(text);
        SlotBook slots = node.slots();
        auto loaded = generation(slots);
        node.apply(std::move(loaded), std::move(slots), [this](const auto& result) {
            applied.emplace(result);
        });
    }

    TempFolder folder;
    std::string toml;
    std::string logged;
    Log log{
        [this](const LogRecord& record) { logged += log_line(record) + "\n"; },
        [] { return uint64_t{0}; }};
    Witness witness;
    LiveNode node;
    std::optional<tl::expected<void, std::string>> applied;
};

struct LiveNodeTests : Utest {
    std::unique_ptr<EventLoop> loop = EventLoop::make().value();
    NodeUnderTest branch{
        *loop,
        kAlice,
        with(kBranch, "y8U17A33eOEnLDxX48Yn7vAWIt9gqV/3vpTOhBcRzG0=", kBobPublic)};

    bool until(SocketDataplane& dataplane, const std::function<bool()>& done) {
        return turn_until(*loop, {&dataplane}, done);
    }

    /// The dataplane has generation `number`, and the node knows.
    bool is_live(SocketDataplane& dataplane, uint64_t number) {
        return until(dataplane, [&] { return branch.node.live_generation() == number; });
    }
};

TEST_GROUP_BASE(LiveNodes, LiveNodeTests){};

TEST(LiveNodes, GivesADataplaneItsTablesAndCallsThePeers) {
    SocketDataplane dataplane(branch.socket(), 7);
    branch.begin();
    CHECK_TRUE(is_live(dataplane, 1));
    LONGS_EQUAL(1, dataplane.n_published);
    CHECK_TRUE(dataplane.tables->role == api::Role::branch);
    CHECK_TRUE(until(dataplane, [&] { return !dataplane.sent.empty(); }));
    LONGS_EQUAL(crypto::kInitiationSize, dataplane.sent.at(0).size_bytes);
    LONGS_EQUAL(1, branch.witness.n_ephemeral);
}

TEST(LiveNodes, WithoutAConfigurationTellsADataplaneNothing) {
    SocketDataplane dataplane(branch.socket(), 7);
    CHECK_TRUE(until(dataplane, [&] { return branch.node.link().hello() != nullptr; }));
    loop->run_once(5);
    dataplane.turn();
    LONGS_EQUAL(0, dataplane.n_published);
}

TEST(LiveNodes, AsksABusyDataplaneAgain) {
    SocketDataplane dataplane(branch.socket(), 7);
    dataplane.n_busy = 2;
    branch.begin();
    CHECK_TRUE(is_live(dataplane, 1));
    LONGS_EQUAL(1, dataplane.n_published);
}

TEST(LiveNodes, SaysWhatADataplaneRefused) {
    SocketDataplane dataplane(branch.socket(), 7);
    dataplane.publish_refusal = "there is no port wan0";
    branch.begin();
    CHECK_TRUE(until(dataplane, [&] {
        return !branch.node.problem().empty() && branch.node.link().hello() != nullptr;
    }));
    STRCMP_CONTAINS("there is no port wan0", branch.node.problem().c_str());
    CHECK_TRUE(dataplane.sent.empty());
}

TEST(LiveNodes, APushIsLiveWhenTheDataplaneHasIt) {
    SocketDataplane dataplane(branch.socket(), 7);
    branch.begin();
    CHECK_TRUE(is_live(dataplane, 1));
    branch.apply(with(branch.toml, "generation = 1", "generation = 2"));
    CHECK_FALSE(branch.applied.has_value());
    CHECK_TRUE(is_live(dataplane, 2));
    CHECK_TRUE(branch.applied->has_value());
    UNSIGNED_LONGS_EQUAL(2, branch.witness.generations.back());
}

TEST(LiveNodes, APushTheDataplaneRefusesChangesNothing) {
    SocketDataplane dataplane(branch.socket(), 7);
    branch.begin();
    CHECK_TRUE(is_live(dataplane, 1));
    dataplane.publish_refusal = "there is no port wan7";
    branch.apply(with(branch.toml, "generation = 1", "generation = 2"));
    CHECK_TRUE(until(dataplane, [&] { return branch.applied.has_value(); }));
    STRCMP_CONTAINS("there is no port wan7", branch.applied->error().c_str());
    UNSIGNED_LONGS_EQUAL(1, branch.node.live_generation());
    UNSIGNED_LONGS_EQUAL(1, branch.node.book().current()->tables.generation);
    STRCMP_EQUAL("", branch.node.problem().c_str());
}

TEST(LiveNodes, APushWithoutADataplaneIsTakenAndGivenLater) {
    branch.begin();
    branch.apply(with(branch.toml, "generation = 1", "generation = 2"));
    CHECK_TRUE(branch.applied->has_value());
    UNSIGNED_LONGS_EQUAL(0, branch.node.live_generation());
    SocketDataplane dataplane(branch.socket(), 7);
    CHECK_TRUE(is_live(dataplane, 2));
}

TEST(LiveNodes, ANewDataplaneGetsTablesAndNoSessions) {
    SocketDataplane first(branch.socket(), 7);
    branch.begin();
    CHECK_TRUE(until(first, [&] { return !first.sent.empty(); }));
    first.die();
    SocketDataplane second(branch.socket(), 8);
    second.sessions.resize(1);
    CHECK_TRUE(until(second, [&] { return !second.sent.empty(); }));
    LONGS_EQUAL(1, second.n_published);
    STRCMP_CONTAINS("no connection to the dataplane", branch.logged.c_str());
    CHECK_EQUAL(std::string::npos, branch.logged.find("tunnels resumed"));
}

TEST(LiveNodes, ADataplaneThatWentOnKeepsItsSessions) {
    SocketDataplane dataplane(branch.socket(), 7);
    branch.begin();
    CHECK_TRUE(until(dataplane, [&] { return !dataplane.sent.empty(); }));
    dataplane.hang_up();
    dataplane.sent.clear();
    CHECK_TRUE(until(dataplane, [&] {
        return branch.logged.find("tunnels resumed") != std::string::npos;
    }));
    LONGS_EQUAL(2, dataplane.n_published);
}

TEST(LiveNodes, LearnsTheSlotsOfAnEarlierProcess) {
    SocketDataplane dataplane(branch.socket(), 7);
    dataplane.hello.generation = 1;
    dataplane.hello.slots_used = 40;
    api::PeerRecord known;
    known.slot = 33;
    const auto key = crypto::parse_public_key(kBobPublic);
    std::ranges::transform(key->bytes, known.public_key.begin(), [](std::byte byte) {
        return std::to_integer<uint8_t>(byte);
    });
    dataplane.peers.push_back(known);
    branch.begin();
    CHECK_TRUE(until(dataplane, [&] { return dataplane.n_published == 1; }));
    LONGS_EQUAL(33, dataplane.tables->peers.at(0).slot);
}

TEST(LiveNodes, AnUnknownPeerGetsASlotNobodyHad) {
    SocketDataplane dataplane(branch.socket(), 7);
    dataplane.hello.generation = 1;
    dataplane.hello.slots_used = 40;
    branch.begin();
    CHECK_TRUE(until(dataplane, [&] { return dataplane.n_published == 1; }));
    LONGS_EQUAL(40, dataplane.tables->peers.at(0).slot);
}

TEST(LiveNodes, APushWaitsUntilSlotsAreKnown) {
    SocketDataplane dataplane(branch.socket(), 7);
    dataplane.hello.generation = 1;
    dataplane.answers = false;
    branch.begin();
    CHECK_TRUE(until(dataplane, [&] { return branch.node.link().hello() != nullptr; }));
    bool is_known = false;
    branch.node.when_slots_known([&] { is_known = true; });
    CHECK_FALSE(is_known);
    dataplane.hang_up();
    CHECK_TRUE(until(dataplane, [&] { return is_known; }));
}

TEST(LiveNodes, TellsFlowsApartFromTunnels) {
    SocketDataplane dataplane(branch.socket(), 7);
    branch.begin();
    CHECK_TRUE(is_live(dataplane, 1));
    api::Event event;
    event.kind = api::EventKind::session_wanted;
    event.peer = 0;
    dataplane.tell(event);
    event.kind = api::EventKind::flow_opened;
    dataplane.tell(event);
    CHECK_TRUE(until(dataplane, [&] { return !branch.witness.flow_events.empty(); }));
    LONGS_EQUAL(1, branch.witness.flow_events.size());
}

TEST(LiveNodes, TwoOfThemShakeHands) {
    NodeUnderTest edge(
        *loop,
        kBob,
        with(kEdge, "R0U3P/FxazGr2FLMBrb80hLnYO19v0UQRIIsbfPttSs=", kAlicePublic)
    );
    SocketDataplane at_branch(branch.socket(), 7);
    SocketDataplane at_edge(edge.socket(), 8);
    branch.begin();
    edge.begin();
    const api::Endpoint branch_address = *api::parse_endpoint("203.0.113.7:40000");
    const api::Endpoint edge_address = *api::parse_endpoint("198.51.100.10:51820");
    const auto carry = [&] {
        for (const auto& datagram : std::exchange(at_branch.sent, {})) {
            at_edge.punt(datagram, branch_address);
        }
        for (const auto& datagram : std::exchange(at_edge.sent, {})) {
            at_branch.punt(datagram, edge_address);
        }
        return !at_branch.installs.empty();
    };
    CHECK_TRUE(turn_until(*loop, {&at_branch, &at_edge}, carry));
    const api::SessionInstall& ours = at_branch.installs.at(0).session;
    const api::SessionInstall& theirs = at_edge.installs.at(0).session;
    UNSIGNED_LONGS_EQUAL(7, at_branch.installs.at(0).instance);
    CHECK_TRUE(ours.send_key == theirs.receive_key);
    CHECK_TRUE(ours.receive_key == theirs.send_key);
    CHECK_TRUE(ours.initiator && !theirs.initiator);
}

TEST(LiveNodes, ARefusedInstallIsTriedAgain) {
    NodeUnderTest edge(
        *loop,
        kBob,
        with(kEdge, "R0U3P/FxazGr2FLMBrb80hLnYO19v0UQRIIsbfPttSs=", kAlicePublic)
    );
    SocketDataplane at_branch(branch.socket(), 7);
    SocketDataplane at_edge(edge.socket(), 8);
    at_branch.install_refusals = {api::InstallStatus::index_taken};
    branch.begin();
    edge.begin();
    const auto carry = [&] {
        for (const auto& datagram : std::exchange(at_branch.sent, {})) {
            at_edge.punt(datagram, *api::parse_endpoint("203.0.113.7:40000"));
        }
        for (const auto& datagram : std::exchange(at_edge.sent, {})) {
            at_branch.punt(datagram, *api::parse_endpoint("198.51.100.10:51820"));
        }
        return at_branch.installs.size() == 2;
    };
    CHECK_TRUE(turn_until(*loop, {&at_branch, &at_edge}, carry));
    CHECK_TRUE(
        at_branch.installs.at(0).session.receiver_index !=
        at_branch.installs.at(1).session.receiver_index
    );
}
