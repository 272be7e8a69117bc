// SPDX-License-Identifier: Apache-2.0
// One EAL for all tests of the packet path. Whatever a test does, afterwards every packet buffer must be back and every
// node's counters must add up; after a full run, every drop reason must have been provoked.
#include "node_harness.hpp"
#include "packet_pools.hpp"
#include "seen_reasons.hpp"

#include <string>

#include <CppUTest/CommandLineTestRunner.h>
#include <CppUTest/TestPlugin.h>
#include <CppUTest/TestRegistry.h>

namespace {

/// Fails a test that lost packets. It looks after the test's objects are gone.
class PacketsComeBack final : public TestPlugin {
  public:
    PacketsComeBack()
        : TestPlugin("PacketsComeBack") {}

    void postTestAction(UtestShell& test, TestResult& result) override {
        const unsigned out = egret::test::n_packets_out();
        if (out != n_known_out_) {
            result.addFailure(TestFailure(&test, "packet buffers were not given back"));
            n_known_out_ = out;  // each test answers for its own
        }
        const std::string violation(egret::test::take_violation());
        if (!violation.empty()) {
            result.addFailure(TestFailure(&test, violation.c_str()));
        }
    }

  private:
    unsigned n_known_out_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    egret::test::start_packets();
    PacketsComeBack plugin;
    TestRegistry::getCurrentRegistry()->installPlugin(&plugin);
    const int failures = RUN_ALL_TESTS(argc, argv);
    TestRegistry::getCurrentRegistry()->resetPlugins();
    // With arguments only some of the tests may have run.
    return failures != 0 || argc > 1 ? failures : egret::test::report_unseen_reasons();
}
