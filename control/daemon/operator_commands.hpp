// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/list_keeper.hpp"
#include "control/daemon/live_node.hpp"
#include "control/daemon/operator_connection.hpp"
#include "control/daemon/pusher.hpp"
#include "control/daemon/sign_ins.hpp"
#include "control/daemon/state_directory.hpp"
#include "control/records/client_book.hpp"
#include "control/tunnel/moment.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace egret::control {

/// What operators can ask of a running node. Each command answers from what the daemon knows or asks the dataplane first.
/// Threads: the loop's.
class OperatorCommands {
  public:
    /// Records given when the request names no limit, and at most.
    static constexpr uint32_t kDefaultLimit = 1000;
    static constexpr uint32_t kMaxLimit = 20'000;

    /// All references are borrowed.
    struct Parts {
        LiveNode& node;
        Pusher& pusher;
        StateDirectory& state;
        SignIns& sign_ins;
        const ClientBook& clients;
        ListKeeper& lists;
        Moment started;
        /// Path of the debug key log; empty while there is none.
        std::function<std::string()> key_log;
        /// Sentences about parts of the daemon that are not well.
        std::function<std::vector<std::string>()> problems;
    };

    explicit OperatorCommands(Parts parts)
        : parts_(std::move(parts)) {}

    void handle(OperatorRequest request, const Reply& reply);

  private:
    void push(const OperatorRequest& request, const Reply& reply);
    void status(const Reply& reply);
    void ports(const Reply& reply);
    void tunnels(const Reply& reply);
    void flows(const OperatorRequest& request, const Reply& reply);
    void counters(const Reply& reply);
    void clients(const OperatorRequest& request, const Reply& reply);
    void neighbours(const Reply& reply);
    void sign_ins(const OperatorRequest& request, const Reply& reply);
    void capture(OperatorRequest request, const Reply& reply);
    void lists(const OperatorRequest& request, const Reply& reply);
    void lists_update(const OperatorRequest& request, const Reply& reply);

    template <class Page, class ToJson>
    void list(const Reply& reply, uint32_t limit, ToJson to_json);
    [[nodiscard]] Json status_json() const;
    [[nodiscard]] std::vector<std::string> problems() const;

    Parts parts_;
};

}  // namespace egret::control
