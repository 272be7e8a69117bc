// SPDX-License-Identifier: Apache-2.0
// `egret status`: what the daemon knows of itself, then the dataplane's counters, ports and tunnels, then what is wrong.
#include "control/config/choices.hpp"
#include "control/daemon/clock.hpp"
#include "control/daemon/dataplane_json.hpp"
#include "control/daemon/operator_commands.hpp"
#include "control/records/names.hpp"

#include <fmt/format.h>
#include <memory>

namespace egret::control {
namespace {

/// Tunnels named one by one before the rest is only counted.
constexpr size_t kMaxNamed = 5;

/// Null where the other end did not say.
Json seconds_since(uint64_t since_ns, const Moment& now) {
    constexpr double kNsPerSecond = 1e9;
    return since_ns == 0 ? Json(nullptr)
                         : Json(static_cast<double>(age_ns(since_ns, now.now_ns)) / kNsPerSecond);
}

Json dataplane_json(const api::Hello* hello, const Moment& now) {
    if (hello == nullptr) {
        return nullptr;
    }
    return Json{
        {"process", hello->process},
        {"uptime_s", seconds_since(hello->started_ns, now)},
        {"instance", fmt::format("{:016x}", hello->instance)},
        {"workers", hello->workers},
        {"huge_pages", hello->huge_pages},
        {"aead_wireguard", text_json(hello->aead[0].name.view())},
        {"aead_wireguard_why", text_json(hello->aead[0].why.view())},
        {"aead_aes256gcm", text_json(hello->aead[1].name.view())},
        {"aead_aes256gcm_why", text_json(hello->aead[1].why.view())},
        {"max_simd_bits", hello->max_simd_bits != 0 ? Json(hello->max_simd_bits) : Json(nullptr)},
    };
}

/// A status on its way: filled in as the dataplane's answers come.
struct Gathering {
    Json status;
    std::vector<std::string> problems;
    size_t n_up = 0;
    size_t n_starting = 0;
    std::vector<std::string> down;
    GenerationBook::Shared generation;

    void add(const api::PeerRecord& peer) {
        const std::string_view state = state_of(peer);
        if (state == "up") {
            ++n_up;
        } else if (state == "starting") {
            ++n_starting;
        } else {
            down.push_back(generation != nullptr ? peer_name(*generation, peer.slot) : "");
        }
    }

    void add(const api::PortRecord& port) {
        if (port.used && !port.link_up) {
            problems.push_back(fmt::format("port {} has no link", port.name.view()));
        }
    }

    void finish(const Reply& reply) {
        status["tunnels_up"] = n_up;
        status["tunnels_starting"] = n_starting;
        status["tunnels_down"] = down.size();
        for (size_t i = 0; i < down.size() && i < kMaxNamed; ++i) {
            problems.push_back(fmt::format("the tunnel to {} is down", down[i]));
        }
        if (down.size() > kMaxNamed) {
            problems.push_back(fmt::format("{} more tunnels are down", down.size() - kMaxNamed));
        }
        status["problems"] = problems;
        reply.record(status);
        reply.done();
    }
};

/// Null unless the running generation waits to be confirmed.
Json seconds_to_confirm(const History& history, const Moment& now) {
    if (history.empty() || !history.back().is_provisional()) {
        return nullptr;
    }
    const uint64_t deadline_ns = history.back().provisional->deadline_ns;
    return deadline_ns > now.now_ns ? (deadline_ns - now.now_ns) / 1'000'000'000 : 0;
}

/// How many entries of which lists are held until somebody accepts them.
Json held_entries(const Generation* generation) {
    Json held = Json::array();
    for (size_t i = 0; generation != nullptr && i < generation->lists.size(); ++i) {
        const List& list = generation->lists[i];
        const size_t n = list.waiting.prefixes.size() + list.waiting.domains.size();
        if (n != 0) {
            held.push_back(Json{{"list", list.name}, {"entries", n}});
        }
    }
    return held;
}

}  // namespace

std::vector<std::string> OperatorCommands::problems() const {
    std::vector<std::string> problems = parts_.problems();
    const GenerationBook::Shared& generation = parts_.node.book().current();
    if (!parts_.node.problem().empty()) {
        problems.push_back(parts_.node.problem());
    }
    if (generation == nullptr && problems.empty()) {
        problems.emplace_back("no configuration yet: push one");
    }
    return problems;
}

Json OperatorCommands::status_json() const {
    const Moment now = read_clocks();
    const GenerationBook::Shared& generation = parts_.node.book().current();
    const Config* config = generation != nullptr ? &generation->config : nullptr;
    const uint64_t live = parts_.node.live_generation();
    return Json{
        {"node", config != nullptr ? Json(*config->node.name) : Json(nullptr)},
        {"role", config != nullptr ? Json(spelling_of(kRoles, *config->node.role)) : Json(nullptr)},
        {"generation_wanted", config != nullptr ? Json(*config->node.generation) : Json(nullptr)},
        {"generation_live", live != 0 ? Json(live) : Json(nullptr)},
        {"generation_highest", parts_.state.highest()},
        {"confirm_within_s", seconds_to_confirm(parts_.state.history(), now)},
        {"uptime_s", seconds_since(parts_.started.now_ns, now)},
        {"dataplane", dataplane_json(parts_.node.link().hello(), now)},
        {"signaling", config != nullptr ? Json(*config->signaling.enabled) : Json(nullptr)},
        {"lists_held", held_entries(generation.get())},
        {"key_log", text_json(parts_.key_log())},
        {"tunnels_up", nullptr},
        {"tunnels_starting", nullptr},
        {"tunnels_down", nullptr},
        {"flows", nullptr},
        {"problems", nullptr},
    };
}

void OperatorCommands::status(OperatorRequest&, const Reply& reply) {
    const auto gathering = std::make_shared<Gathering>();
    gathering->status = status_json();
    gathering->problems = problems();
    gathering->generation = parts_.node.book().current();
    DataplaneLink& link = parts_.node.link();
    // Answers come in the order of asking; a connection that is lost in between ends each of them.
    const auto on_counters = [gathering](const api::CountersMessage* message) {
        if (message != nullptr) {
            gathering->status["flows"] = message->flows;
        }
    };
    const auto on_ports = [gathering](const api::PortPage* page) {
        if (page != nullptr) {
            for (const api::PortRecord& port : records_of(*page)) {
                gathering->add(port);
            }
        }
    };
    const auto on_peers = [gathering, reply](const api::PeerPage* page) {
        if (page == nullptr) {
            reply.refuse("the dataplane went away before it had answered");
            return;
        }
        for (const api::PeerRecord& peer : records_of(*page)) {
            gathering->add(peer);
        }
        if (page->last) {
            gathering->finish(reply);
        }
    };
    const bool is_asked = link.list<api::CountersMessage>(0, on_counters) &&
                          link.list<api::PortPage>(0, on_ports) &&
                          link.list<api::PeerPage>(0, on_peers);
    if (!is_asked) {
        gathering->status["problems"] = gathering->problems;
        reply.record(gathering->status);
        reply.done();
    }
}

}  // namespace egret::control
