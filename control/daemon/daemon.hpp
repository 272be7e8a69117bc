// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/audit_log.hpp"
#include "control/daemon/confirmation.hpp"
#include "control/daemon/event_loop.hpp"
#include "control/daemon/key_log_file.hpp"
#include "control/daemon/list_keeper.hpp"
#include "control/daemon/live_node.hpp"
#include "control/daemon/log.hpp"
#include "control/daemon/operator_commands.hpp"
#include "control/daemon/operator_server.hpp"
#include "control/daemon/pusher.hpp"
#include "control/daemon/roles.hpp"
#include "control/daemon/schedule_keeper.hpp"
#include "control/daemon/service_manager.hpp"
#include "control/daemon/sign_ins.hpp"
#include "control/daemon/state_directory.hpp"
#include "control/daemon/trusted_clock.hpp"
#include "control/daemon/wireguard_server.hpp"
#include "control/records/client_book.hpp"
#include "control/state/trust_store.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace egret::control {

struct DaemonOptions {
    std::filesystem::path state_directory;
    std::filesystem::path run_directory;
    std::filesystem::path key_log;  ///< empty: none
    std::filesystem::path wireguard_folder = WireguardServer::kFolder;
};

/// Everything `egretd` is, put together: one thread, one loop.
class Daemon final : private NodeListener {
  public:
    /// Takes the state directory and the sockets. Error: one sentence.
    [[nodiscard]] static tl::expected<std::unique_ptr<Daemon>, std::string>
    make(EventLoop& loop, Log& log, const DaemonOptions& options);

    /// Takes up the generation the state directory holds and says that the daemon is ready. Without one, or with one that
    /// cannot be loaded, the node waits for a push. Error: the generation and the options do not go together, one sentence.
    [[nodiscard]] tl::expected<void, std::string> begin();

    /// The last thing before the process ends.
    void end();

  private:
    /// What the state directory holds.
    struct Kept {
        StateDirectory state;
        TrustStore trust;
        TrustedClock clock;
    };

    [[nodiscard]] static tl::expected<Kept, std::string> open_state(
        const std::filesystem::path& path
    );
    Daemon(EventLoop& loop, Log& log, Kept kept, DaemonOptions options);

    /// How long after a push its memory is given back: the answer has to leave first.
    static constexpr uint64_t kTidyNs = 500'000'000;

    [[nodiscard]] tl::expected<void, std::string> load();
    void settle_provisional();
    void adopt_found(const Generation& generation);
    void serve_roles(const Generation& generation);
    void open_run_directory(bool may);
    void note_turned_away(const UnixPeer& peer, const std::string& why);
    void serve_wireguard(const std::string& node_name);
    void tell_wireguard(std::function<void(std::string text)> answer);
    void on_publishing(const GenerationBook::Shared& generation) override;
    void on_generation(const GenerationBook::Shared& generation) override;
    void on_flow_event(const api::Event& event) override;
    void report_refused_claim(const api::Event& event);
    [[nodiscard]] GenerationBook::Shared on_reload(SlotBook& slots) override;
    void rebuild();
    void fetch_and_load();
    void apply_running();
    void on_ephemeral(uint16_t slot, const crypto::PrivateKey& ephemeral) override;
    [[nodiscard]] std::vector<std::string> problems() const;
    [[nodiscard]] std::string objection(const Generation& generation) const;

    EventLoop& loop_;
    Log& log_;
    DaemonOptions options_;
    StateDirectory state_;
    TrustStore trust_;
    TrustedClock clock_;
    AuditLog audit_;
    Roles roles_;
    std::string roles_problem_;
    bool has_opened_run_directory_ = false;
    std::string boot_id_;
    std::string load_problem_;
    std::optional<KeyLogFile> key_log_;
    std::string key_log_problem_;
    SignIns sign_ins_;
    ClientBook clients_;
    ListKeeper lists_;
    Timer load_timer_;
    Timer rebuild_timer_;
    ScheduleKeeper schedule_;
    LiveNode node_;
    Pusher pusher_;
    Confirmation confirmation_;
    OperatorCommands commands_;
    ServiceManager service_;
    /// A push takes several times the memory of what it leaves; a router needs it for other things.
    Timer tidy_timer_;
    std::unique_ptr<OperatorServer> operators_;
    std::string wireguard_name_;
    std::unique_ptr<WireguardServer> wireguard_;
};

}  // namespace egret::control
