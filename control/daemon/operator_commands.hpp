// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/audit_log.hpp"
#include "control/daemon/confirmation.hpp"
#include "control/daemon/list_keeper.hpp"
#include "control/daemon/live_node.hpp"
#include "control/daemon/operator_connection.hpp"
#include "control/daemon/pusher.hpp"
#include "control/daemon/roles.hpp"
#include "control/daemon/sign_ins.hpp"
#include "control/daemon/state_directory.hpp"
#include "control/records/client_book.hpp"
#include "control/state/trust_store.hpp"
#include "control/tunnel/moment.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace egret::control {

/// What operators can ask of a running node, and who may ask it. Each command answers from what the daemon knows or asks the
/// dataplane first; each is written down in the audit log, also where it was refused.
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
        TrustStore& trust;
        Confirmation& confirmation;
        AuditLog& audit;
        SignIns& sign_ins;
        const ClientBook& clients;
        ListKeeper& lists;
        Moment started;
        /// Of the running generation.
        std::function<const Roles&()> roles;
        /// Path of the debug key log; empty while there is none.
        std::function<std::string()> key_log;
        /// Sentences about parts of the daemon that are not well.
        std::function<std::vector<std::string>()> problems;
    };

    explicit OperatorCommands(Parts parts)
        : parts_(std::move(parts)) {}

    void handle(OperatorRequest request, const Reply& reply);

  private:
    /// One command: its name, who may ask for it, and who answers.
    struct Command {
        std::string_view name;
        Right right;
        void (OperatorCommands::*run)(OperatorRequest& request, const Reply& reply);
    };

    [[nodiscard]] static const Command* find(std::string_view name) noexcept;
    [[nodiscard]] Reply audited(const OperatorRequest& request, Right right, const Reply& reply);

    void status(OperatorRequest& request, const Reply& reply);
    void ports(OperatorRequest& request, const Reply& reply);
    void tunnels(OperatorRequest& request, const Reply& reply);
    void flows(OperatorRequest& request, const Reply& reply);
    void counters(OperatorRequest& request, const Reply& reply);
    void clients(OperatorRequest& request, const Reply& reply);
    void neighbours(OperatorRequest& request, const Reply& reply);
    void sign_ins(OperatorRequest& request, const Reply& reply);
    void capture(OperatorRequest& request, const Reply& reply);
    void lists(OperatorRequest& request, const Reply& reply);
    void lists_update(OperatorRequest& request, const Reply& reply);
    void lists_accept(OperatorRequest& request, const Reply& reply);

    // Those that change something, or tell what was changed: operator_changes.cpp.
    void push(OperatorRequest& request, const Reply& reply);
    void confirm(OperatorRequest& request, const Reply& reply);
    void rollback(OperatorRequest& request, const Reply& reply);
    void history(OperatorRequest& request, const Reply& reply);
    void generation(OperatorRequest& request, const Reply& reply);
    void trust(OperatorRequest& request, const Reply& reply);
    void trust_signed(OperatorRequest& request, const Reply& reply);
    void trust_list(OperatorRequest& request, const Reply& reply);
    void trust_remove(OperatorRequest& request, const Reply& reply);
    void audit(OperatorRequest& request, const Reply& reply);

    template <class Page, class ToJson>
    void list(const Reply& reply, uint32_t limit, ToJson to_json);
    [[nodiscard]] Json status_json() const;
    [[nodiscard]] std::vector<std::string> problems() const;

    Parts parts_;
};

}  // namespace egret::control
