// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/live_node.hpp"
#include "control_fixture.hpp"
#include "socket_dataplane.hpp"

#include <functional>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include <CppUTest/TestHarness.h>

namespace egret::test {

// RFC 7748 section 6.1: Alice is the branch, Bob the edge.
inline const char* const kAlice = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n";
inline const char* const kAlicePublic = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";
inline const char* const kBob = "XasIfmJKikt54X+Lg4AO5m87sSkmGLb9HC+LJ/+I4Os=\n";
inline const char* const kBobPublic = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=";

/// What happens to a node, and how its configuration is loaded anew.
struct Witness final : control::NodeListener {
    void on_publishing(const control::GenerationBook::Shared&) override { ++n_publishing; }

    void on_generation(const control::GenerationBook::Shared& generation) override {
        generations.push_back(generation->tables.generation);
    }

    void on_flow_event(const api::Event& event) override { flow_events.push_back(event); }

    control::GenerationBook::Shared on_reload(control::SlotBook& slots) override {
        return reload(slots);
    }

    void on_ephemeral(uint16_t, const crypto::PrivateKey&) override { ++n_ephemeral; }

    int n_publishing = 0;
    int n_ephemeral = 0;
    std::vector<uint64_t> generations;
    std::vector<api::Event> flow_events;
    std::function<control::GenerationBook::Shared(control::SlotBook&)> reload;
};

/// One node with a state folder and a run folder.
struct NodeUnderTest {
    NodeUnderTest(control::EventLoop& loop, const char* private_key, std::string text)
        : toml(std::move(text)),
          node(loop, log, witness, folder.path()) {
        for (const char* name : {"node.key", "edge.key"}) {
            chmod(folder.write(name, private_key).c_str(), 0600);
        }
        witness.reload = [this](control::SlotBook& slots) { return generation(slots); };
    }

    [[nodiscard]] std::string socket() const { return folder.path() / api::kDataplaneSocket; }

    control::GenerationBook::Shared generation(control::SlotBook& slots) const {
        control::LoadResult loaded = control::load_generation(
            control::ConfigText{"t.toml", toml, folder.path()},
            {.needs_keys = true, .slots = &slots}
        );
        for (const control::Finding& finding : loaded.findings) {
            CHECK_TEXT(finding.severity != control::Severity::error, to_text(finding).c_str());
        }
        return std::make_shared<const control::Generation>(std::move(*loaded.generation));
    }

    void begin() {
        control::SlotBook slots;
        auto loaded = generation(slots);
        node.begin(std::move(loaded), std::move(slots));
    }

    /// A push of `text`; the verdict comes to `applied`.
    void apply(std::string text) {
        toml = std::move(text);
        control::SlotBook slots = node.slots();
        auto loaded = generation(slots);
        node.apply(std::move(loaded), std::move(slots), [this](const auto& result) {
            applied.emplace(result);
        });
    }

    TempFolder folder;
    std::string toml;
    std::string logged;
    control::Log log{
        [this](const control::LogRecord& record) { logged += control::log_line(record) + "\n"; },
        [] { return uint64_t{0}; }};
    Witness witness;
    control::LiveNode node;
    std::optional<tl::expected<void, std::string>> applied;
};

/// An edge that runs, and the network between it and the branch.
struct EdgeAtTheOtherEnd {
    explicit EdgeAtTheOtherEnd(control::EventLoop& its_loop)
        : loop(its_loop) {
        node.begin();
    }

    bool carries_until(SocketDataplane& at_branch, const std::function<bool()>& done) {
        return turn_until(loop, {&at_branch, &dataplane}, [&] {
            for (const auto& datagram : std::exchange(at_branch.sent, {})) {
                dataplane.punt(datagram, *api::parse_endpoint("203.0.113.7:40000"));
            }
            for (const auto& datagram : std::exchange(dataplane.sent, {})) {
                at_branch.punt(datagram, *api::parse_endpoint("198.51.100.10:51820"));
            }
            return done();
        });
    }

    control::EventLoop& loop;
    NodeUnderTest node{
        loop,
        kBob,
        with(kEdge, "R0U3P/FxazGr2FLMBrb80hLnYO19v0UQRIIsbfPttSs=", kAlicePublic)};
    SocketDataplane dataplane{node.socket(), 8};
};

}  // namespace egret::test
