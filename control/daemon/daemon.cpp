// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/daemon.hpp"

#include "control/daemon/clock.hpp"
#include "control/daemon/wireguard_text.hpp"
#include "control/operator/protocol.hpp"
#include "control/records/key_log_lines.hpp"
#include "control/records/names.hpp"

#include <malloc.h>
#include <system_error>
#include <utility>

namespace egret::control {
namespace {

/// What came through a socket may be of another build.
std::string_view reason_text(api::DropReason reason) noexcept {
    return reason < api::DropReason::count ? api::name_of(reason) : "unknown";
}

}  // namespace

tl::expected<std::unique_ptr<Daemon>, std::string>
Daemon::make(EventLoop& loop, Log& log, const DaemonOptions& options) {
    auto kept = open_state(options.state_directory);
    if (!kept) {
        return tl::unexpected(kept.error());
    }
    std::unique_ptr<Daemon> daemon(new Daemon(loop, log, std::move(*kept), options));
    auto operators = OperatorServer::listen(
        loop,
        log,
        options.run_directory / kOperatorSocket,
        {
            .handle =
                [commands = &daemon->commands_](OperatorRequest request, const Reply& reply) {
                    commands->handle(std::move(request), reply);
                },
            .right_of = [roles = &daemon->roles_](const UnixPeer& peer
                        ) { return roles->right_of(peer); },
            .turned_away =
                [self = daemon.get()](const UnixPeer& peer, const std::string& why) {
                    self->note_turned_away(peer, why);
                },
        }
    );
    if (!operators) {
        return tl::unexpected(operators.error());
    }
    daemon->operators_ = std::move(*operators);
    if (!options.key_log.empty()) {
        auto key_log = KeyLogFile::open(options.key_log);
        if (!key_log) {
            return tl::unexpected(key_log.error());
        }
        daemon->key_log_.emplace(std::move(*key_log));
    }
    return daemon;
}

Daemon::Daemon(EventLoop& loop, Log& log, Kept kept, DaemonOptions options)
    : loop_(loop),
      log_(log),
      options_(std::move(options)),
      state_(std::move(kept.state)),
      trust_(std::move(kept.trust)),
      clock_(std::move(kept.clock)),
      audit_(loop, log, state_.path() / "audit.jsonl"),
      boot_id_(read_boot_id()),
      sign_ins_(loop, log, state_.path()),
      lists_(loop, log, state_.path(), [this] { rebuild(); }),
      load_timer_(loop, [this] { fetch_and_load(); }),
      rebuild_timer_(loop, [this] { rebuild(); }),
      schedule_(
          loop,
          [this] { return node_time(clock_); },
          [this] {
              log_.info("hours of rules begin or end, building the configuration anew");
              rebuild();
          }
      ),
      node_(loop, log, *this, options_.run_directory),
      pusher_({
          .log = log,
          .state = state_,
          .trust = trust_,
          .clock = clock_,
          .node = node_,
          .lists = lists_,
          .objection = [this](const Generation& next) { return objection(next); },
          .boot_id = boot_id_,
      }),
      confirmation_(loop, log, state_, node_, pusher_),
      commands_({
          .node = node_,
          .pusher = pusher_,
          .state = state_,
          .trust = trust_,
          .confirmation = confirmation_,
          .audit = audit_,
          .sign_ins = sign_ins_,
          .clients = clients_,
          .lists = lists_,
          .started = read_clocks(),
          .roles = [this]() -> const Roles& { return roles_; },
          .key_log = [this] { return key_log_ ? key_log_->path().string() : std::string(); },
          .problems = [this] { return problems(); },
      }),
      service_(loop),
      tidy_timer_(loop, [] { malloc_trim(0); }) {
    pusher_.on_history = [this] { confirmation_.follow_history(); };
}

tl::expected<void, std::string> Daemon::begin() {
    const auto loaded = load();
    if (loaded) {
        service_.ready();
    }
    return loaded;
}

tl::expected<void, std::string> Daemon::load() {
    settle_provisional();
    // Also where that generation cannot be loaded: then all the more it is to be taken back.
    confirmation_.resume();
    std::error_code failure;
    if (!std::filesystem::exists(state_.running_path(), failure)) {
        log_.info("no configuration yet, waiting for a push");
        service_.set_status("no configuration yet, waiting for a push");
        return {};
    }
    SlotBook slots;
    const GenerationBook::Shared generation = on_reload(slots);
    if (generation == nullptr) {
        service_.set_status("the configuration cannot be used: " + load_problem_);
        load_timer_.set(0);
        return {};
    }
    if (const std::string reason = objection(*generation); !reason.empty()) {
        return tl::unexpected(reason);
    }
    adopt_found(*generation);
    node_.begin(generation, std::move(slots));
    return {};
}

std::string Daemon::objection(const Generation& generation) const {
    if (key_log_ && !*generation.config.identity.disposable) {
        return "--keylog is refused: a node whose keys are written down must say disposable = "
               "true in [identity]";
    }
    const auto roles = Roles::of(generation.config.control);
    return roles ? std::string() : roles.error();
}

GenerationBook::Shared Daemon::on_reload(SlotBook& slots) {
    LoadResult loaded = load_generation(
        state_.running_path(),
        {.needs_keys = true,
         .wants_closed_keys = true,
         .slots = &slots,
         .wall_time = wall_time(node_time(clock_)),
         .lists =
             {.store = &lists_.store(), .now_ns = read_clocks().unix_ns, .prefers_copies = true}}
    );
    for (const Finding& finding : loaded.findings) {
        if (finding.severity == Severity::error) {
            load_problem_ = to_text(finding);
            log_.error("configuration cannot be used", {{"finding", load_problem_}});
        }
    }
    return loaded.generation ? std::make_shared<const Generation>(std::move(*loaded.generation))
                             : nullptr;
}

void Daemon::on_publishing(const GenerationBook::Shared& generation) {
    sign_ins_.expect(generation);
}

void Daemon::on_generation(const GenerationBook::Shared& generation) {
    load_problem_.clear();
    log_.set_level(*generation->config.log.level);
    serve_roles(*generation);
    sign_ins_.set_generation(generation);
    const std::string number = std::to_string(generation->tables.generation);
    log_.info(
        "running configuration",
        {{"node", *generation->config.node.name}, {"generation", number}}
    );
    service_.set_status("generation " + number);
    serve_wireguard(*generation->config.node.name);
    lists_.set_generation(generation);
    schedule_.set_generation(generation);
    tidy_timer_.set(read_clocks().now_ns + kTidyNs);
}

/// `wg show` finds the node by its name. Without that socket the node runs as well.
void Daemon::serve_wireguard(const std::string& node_name) {
    if (node_name == wireguard_name_) {
        return;
    }
    wireguard_.reset();
    wireguard_name_ = node_name;
    auto server = WireguardServer::listen(
        loop_,
        log_,
        node_name,
        [this](auto answer) { tell_wireguard(std::move(answer)); },
        options_.wireguard_folder
    );
    if (server) {
        wireguard_ = std::move(*server);
    } else {
        log_.warning("wg show will not find this node", {{"reason", server.error()}});
    }
}

void Daemon::tell_wireguard(std::function<void(std::string text)> answer) {
    const GenerationBook::Shared generation = node_.book().current();
    const auto records = std::make_shared<std::vector<api::PeerRecord>>();
    const auto tell = [generation, records, answer] {
        answer(wireguard_get_text(*generation, *records, read_clocks()));
    };
    const bool is_asked =
        node_.link().list<api::PeerPage>(0, [records, tell](const api::PeerPage* page) {
            if (page != nullptr) {
                const auto some = records_of(*page);
                records->insert(records->end(), some.begin(), some.end());
            }
            if (page == nullptr || page->last) {
                tell();
            }
        });
    if (!is_asked) {
        tell();
    }
}

void Daemon::on_flow_event(const api::Event& event) {
    sign_ins_.on_event(event);
    const GenerationBook::Shared generation = node_.book().find(event.generation);
    if (generation != nullptr && generation->tables.role == api::Role::branch) {
        clients_.on_event(event, *generation);
    }
    if (event.kind == api::EventKind::claim_refused) {
        report_refused_claim(event);
    }
}

/// The dataplane tells it once per flow.
void Daemon::report_refused_claim(const api::Event& event) {
    const GenerationBook::Shared& generation = node_.book().current();
    if (generation != nullptr) {
        log_.warning(
            "claim refused",
            {{"peer", peer_name(*generation, event.peer)},
             {"origin", to_text(event.origin)},
             {"destination", to_text(api::Endpoint{event.destination, event.destination_port})},
             {"reason", std::string(reason_text(event.reason))}}
        );
    }
}

void Daemon::on_ephemeral(uint16_t slot, const crypto::PrivateKey& ephemeral) {
    const GenerationBook::Shared& generation = node_.book().current();
    if (!key_log_ || generation == nullptr || !objection(*generation).empty()) {
        return;
    }
    std::string lines = key_log_lines(*generation, slot, ephemeral);
    const auto written = key_log_->write(lines);
    crypto::wipe(std::as_writable_bytes(std::span(lines)));
    key_log_problem_ = written ? std::string() : written.error();
}

std::vector<std::string> Daemon::problems() const {
    std::vector<std::string> problems = lists_.problems();
    for (const std::string& problem :
         {load_problem_,
          state_.problem(),
          roles_problem_,
          confirmation_.problem(),
          audit_.problem(),
          sign_ins_.problem(),
          key_log_problem_}) {
        if (!problem.empty()) {
            problems.push_back(problem);
        }
    }
    return problems;
}

}  // namespace egret::control
