// SPDX-License-Identifier: Apache-2.0
// One EAL for all tests of the process. Whatever a test does, afterwards every packet buffer must be back.
#include "packet_pools.hpp"

#include <rte_log.h>

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
    }

  private:
    unsigned n_known_out_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    egret::test::start_packets();
    rte_log_set_level_pattern(
        "*",
        RTE_LOG_CRIT
    );  // devices that cannot be had are part of the tests
    // Threads of the process under test allocate while a test runs; the address sanitizer looks for leaks.
    MemoryLeakWarningPlugin::turnOffNewDeleteOverloads();
    PacketsComeBack plugin;
    TestRegistry::getCurrentRegistry()->installPlugin(&plugin);
    const int failures = RUN_ALL_TESTS(argc, argv);
    TestRegistry::getCurrentRegistry()->resetPlugins();
    return failures;
}
