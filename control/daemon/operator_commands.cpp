// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/operator_commands.hpp"

#include "control/daemon/clock.hpp"
#include "control/daemon/dataplane_json.hpp"
#include "control/records/command_records.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace egret::control {
namespace {

/// A member of a request; a member of another type is as good as none.
std::string text_of(const Json& request, const char* name) {
    const auto found = request.find(name);
    return found != request.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<uint64_t> number_of(const Json& request, const char* name) {
    const auto found = request.find(name);
    return found != request.end() && found->is_number_unsigned()
               ? std::optional(found->get<uint64_t>())
               : std::nullopt;
}

bool flag_of(const Json& request, const char* name) {
    const auto found = request.find(name);
    return found != request.end() && found->is_boolean() && found->get<bool>();
}

uint32_t limit_of(const Json& request) {
    const uint64_t limit = number_of(request, "limit").value_or(OperatorCommands::kDefaultLimit);
    return static_cast<uint32_t>(std::clamp<uint64_t>(limit, 1, OperatorCommands::kMaxLimit));
}

constexpr std::string_view kNoAnswer = "the dataplane went away before it had answered";

}  // namespace

void OperatorCommands::handle(OperatorRequest request, const Reply& reply) {
    const std::string command = text_of(request.body, "command");
    if (command == "status") {
        status(reply);
    } else if (command == "push") {
        push(request, reply);
    } else if (command == "ports") {
        ports(reply);
    } else if (command == "tunnels") {
        tunnels(reply);
    } else if (command == "flows") {
        flows(request, reply);
    } else if (command == "counters") {
        counters(reply);
    } else if (command == "neighbours") {
        neighbours(reply);
    } else if (command == "clients") {
        clients(request, reply);
    } else if (command == "signins") {
        sign_ins(request, reply);
    } else if (command == "capture") {
        capture(std::move(request), reply);
    } else if (command == "lists") {
        lists(request, reply);
    } else if (command == "lists_update") {
        lists_update(request, reply);
    } else {
        reply.refuse("unknown command \"" + command + "\"; are egret and egretd of one release?");
    }
}

void OperatorCommands::push(const OperatorRequest& request, const Reply& reply) {
    if (request.user != 0) {
        reply.refuse("an unsigned push is taken from root only");
        return;
    }
    const PushRequest push{
        .name = text_of(request.body, "name"),
        .toml = text_of(request.body, "toml"),
        .dry_run = flag_of(request.body, "dry_run"),
    };
    parts_.pusher.push(push, [reply](const PushResult& result) {
        Json more = check_json(result.accepted, result.findings);
        more.erase("ok");
        more["generation"] = result.generation == 0 ? Json(nullptr) : Json(result.generation);
        more["message"] = result.message;
        if (result.accepted) {
            reply.done(std::move(more));
        } else {
            reply.refuse(result.message, std::move(more));
        }
    });
}

/// Asks the dataplane for records and gives each on as `to_json` says it; `last` ends the answer.
template <class Page, class ToJson>
void OperatorCommands::list(const Reply& reply, uint32_t limit, ToJson to_json) {
    const auto on_page = [reply, to_json = std::move(to_json)](const Page* page) {
        if (page == nullptr) {
            reply.refuse(kNoAnswer);
            return;
        }
        for (const auto& record : records_of(*page)) {
            reply.record(to_json(record));
        }
        if (page->last) {
            reply.done();
        }
    };
    if (!parts_.node.link().list<Page>(limit, on_page)) {
        reply.refuse(parts_.node.problem());
    }
}

void OperatorCommands::ports(const Reply& reply) {
    list<api::PortPage>(reply, 0, port_json);
}

void OperatorCommands::neighbours(const Reply& reply) {
    list<api::NeighbourPage>(reply, 0, [](const api::NeighbourRecord& record) {
        return neighbour_json(record, read_clocks());
    });
}

void OperatorCommands::tunnels(const Reply& reply) {
    const GenerationBook::Shared generation = parts_.node.book().current();
    if (generation == nullptr) {
        reply.done();
        return;
    }
    list<api::PeerPage>(reply, 0, [generation](const api::PeerRecord& record) {
        return tunnel_json(record, *generation, read_clocks());
    });
}

void OperatorCommands::flows(const OperatorRequest& request, const Reply& reply) {
    const GenerationBook::Shared current = parts_.node.book().current();
    if (current == nullptr) {
        reply.done();
        return;
    }
    list<api::FlowPage>(reply, limit_of(request.body), [this, current](const api::Event& flow) {
        const GenerationBook::Shared generation = parts_.node.book().find(flow.generation);
        return live_flow_json(flow, generation.get(), *current, read_clocks());
    });
}

void OperatorCommands::counters(const Reply& reply) {
    const auto on_message = [reply](const api::CountersMessage* message) {
        if (message == nullptr) {
            reply.refuse(kNoAnswer);
        } else {
            reply.record(counters_json(*message));
            reply.done();
        }
    };
    if (!parts_.node.link().list<api::CountersMessage>(0, on_message)) {
        reply.refuse(parts_.node.problem());
    }
}

void OperatorCommands::clients(const OperatorRequest& request, const Reply& reply) {
    const Moment now = read_clocks();
    for (const Json& record : parts_.clients.records(now.unix_ns - now.now_ns)) {
        if (!flag_of(request.body, "mixed") || record["mixes_families"] == true ||
            record["mixes_origins"] == true) {
            reply.record(record);
        }
    }
    reply.done();
}

void OperatorCommands::sign_ins(const OperatorRequest& request, const Reply& reply) {
    const auto& recent = parts_.sign_ins.recent();
    const size_t n = std::min<size_t>(recent.size(), limit_of(request.body));
    for (size_t i = recent.size() - n; i < recent.size(); ++i) {
        const Json record = Json::parse(recent[i], nullptr, false);
        // Records of the process before came out of a file anybody with the right may have edited.
        if (record.is_object()) {
            reply.record(record);
        }
    }
    if (!flag_of(request.body, "follow")) {
        reply.done();
        return;
    }
    reply.send_now();
    parts_.sign_ins.follow([reply](const std::string& line) {
        reply.record(Json::parse(line, nullptr, false));
        reply.send_now();
        return reply.is_awaited();
    });
}

void OperatorCommands::capture(OperatorRequest request, const Reply& reply) {
    if (!request.descriptor.open()) {
        reply.refuse("a capture needs a socket to write to");
        return;
    }
    api::Capture body;
    body.port = decltype(body.port)(text_of(request.body, "port"));
    body.count = number_of(request.body, "count").value_or(0);
    const auto on_answer = [reply](const api::Answer& answer) {
        if (answer.status == api::AnswerStatus::done) {
            reply.done();
        } else {
            reply.refuse(answer.text.view());
        }
    };
    if (!parts_.node.link().ask(body, on_answer, std::move(request.descriptor))) {
        reply.refuse(parts_.node.problem());
    }
}

}  // namespace egret::control
