// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "agent/agent.hpp"
#include "control_end.hpp"
#include "temporary_folder.hpp"
#include "wire.hpp"
#include "worker/worker.hpp"

#include <egret/api/channel.hpp>
#include <egret/api/tables.hpp>
#include <egret/node.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace egret::test {

/// What egret-dataplane is made of, in this process: a node on two wires, with workers and agent on threads of their own.
class DataplaneProcess {
  public:
    DataplaneProcess();
    ~DataplaneProcess();
    DataplaneProcess(const DataplaneProcess&) = delete;
    DataplaneProcess& operator=(const DataplaneProcess&) = delete;

    Wire& inside() noexcept { return inside_; }

    Wire& outside() noexcept { return outside_; }

    [[nodiscard]] std::string socket_path() const;

    /// After that nobody moves packets; the agent goes on.
    void stop_workers();

    [[nodiscard]] Node& node() noexcept { return *node_; }

    /// True if, sooner or later, the agent reports a line with this text in it.
    [[nodiscard]] bool reports(const std::string& text);

    /// What the dataplane takes for the time.
    [[nodiscard]] static uint64_t now_ns() noexcept;

    /// Time goes on at once by so much.
    static void advance(uint64_t by_ns) noexcept;

    /// The next frame out of a port that is not about neighbours; a gateway answers questions about itself.
    [[nodiscard]] static std::optional<Bytes> next_frame(Wire& wire);

    [[nodiscard]] std::optional<Bytes> next_inside() { return next_frame(inside_); }

    [[nodiscard]] std::optional<Bytes> next_outside() { return next_frame(outside_); }

    /// How often the agent said that all is well.
    [[nodiscard]] unsigned n_alive() const noexcept { return n_alive_; }

  private:
    TemporaryFolder folder_;
    Wire inside_;
    Wire outside_;
    std::mutex mutex_;  ///< of reports_
    std::vector<std::string> reports_;
    std::atomic<unsigned> n_alive_{0};
    api::Descriptor stop_;
    Ports ports_;
    std::unique_ptr<Node> node_;
    Doorbell agent_bell_;
    std::vector<std::unique_ptr<Worker>>
        workers_;  ///< apart, because CppUTest does not align what it makes
    std::unique_ptr<Agent> agent_;
    std::vector<std::thread> worker_threads_;
    std::thread agent_thread_;
};

/// A branch with ports lan0 and wan0, whose way out is a gateway.
[[nodiscard]] api::Tables live_branch_tables(uint64_t generation = 1);

/// A frame of a client that goes direct, and the same from the other side.
[[nodiscard]] Bytes direct_frame(std::string_view text, uint16_t client_port = 5000);
[[nodiscard]] Bytes direct_answer(std::string_view text);

}  // namespace egret::test
