// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/operator_commands.hpp"

#include "control/daemon/clock.hpp"
#include "control/daemon/dataplane_json.hpp"
#include "control/daemon/request_members.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace egret::control {
namespace {

uint32_t limit_of(const Json& request) {
    const uint64_t limit = number_of(request, "limit").value_or(OperatorCommands::kDefaultLimit);
    return static_cast<uint32_t>(std::clamp<uint64_t>(limit, 1, OperatorCommands::kMaxLimit));
}

constexpr std::string_view kNoAnswer = "the dataplane went away before it had answered";

}  // namespace

const OperatorCommands::Command* OperatorCommands::find(std::string_view name) noexcept {
    using Self = OperatorCommands;
    static constexpr std::array kCommands{
        Command{"status", Right::read, &Self::status},
        Command{"ports", Right::read, &Self::ports},
        Command{"tunnels", Right::read, &Self::tunnels},
        Command{"flows", Right::read, &Self::flows},
        Command{"counters", Right::read, &Self::counters},
        Command{"clients", Right::read, &Self::clients},
        Command{"neighbours", Right::read, &Self::neighbours},
        Command{"signins", Right::read, &Self::sign_ins},
        Command{"lists", Right::read, &Self::lists},
        Command{"history", Right::read, &Self::history},
        Command{"generation", Right::read, &Self::generation},
        Command{"trust-list", Right::read, &Self::trust_list},
        Command{"capture", Right::operate, &Self::capture},
        Command{"push", Right::operate, &Self::push},
        Command{"lists_update", Right::operate, &Self::lists_update},
        Command{"lists_accept", Right::operate, &Self::lists_accept},
        Command{"confirm", Right::operate, &Self::confirm},
        Command{"rollback", Right::operate, &Self::rollback},
        Command{"trust-signed", Right::operate, &Self::trust_signed},
        Command{"audit", Right::operate, &Self::audit},
        Command{"trust", Right::root, &Self::trust},
        Command{"trust-remove", Right::root, &Self::trust_remove},
    };
    const auto* found = std::ranges::find(kCommands, name, &Command::name);
    return found == kCommands.end() ? nullptr : found;
}

void OperatorCommands::handle(OperatorRequest request, const Reply& reply) {
    const std::string name = text_of(request.body, "command");
    const Command* command = find(name);
    const Right right = parts_.roles().right_of(request.peer);
    const Reply recorded = audited(request, right, reply);
    if (command == nullptr) {
        recorded.refuse("unknown command \"" + name + "\"; are egret and egretd of one release?");
    } else if (right < command->right) {
        recorded.refuse(fmt::format(
            "user {} may {} here, and {} takes {}: ask as root{}",
            request.peer.user,
            name_of(right),
            name,
            name_of(command->right),
            command->right == Right::root ? "" : ", or as a member of the group [control] names"
        ));
    } else {
        (this->*command->run)(request, recorded);
    }
}

/// A reply whose end is written down.
Reply OperatorCommands::audited(const OperatorRequest& request, Right right, const Reply& reply) {
    AuditEntry entry{
        .peer = request.peer,
        .right = right,
        .command = text_of(request.body, "command").substr(0, 64),
        .arguments = audit_arguments(request.body),
        .result = "abandoned",
        .message = {},
        .signed_by = {},
    };
    const Command* command = find(entry.command);
    entry.may_repeat = command != nullptr && command->right == Right::read;
    return reply.with_end([entry = std::move(entry),
                           &audit = parts_.audit](const Json& last) mutable {
        if (last.is_object()) {
            entry.result = flag_of(last, "ok") ? "accepted" : "refused";
            entry.message = text_of(last, "message");
            entry.generation = number_of(last, "generation").value_or(0);
            entry.signed_by = text_of(last, "signed_by");
        }
        audit.write(entry);
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

void OperatorCommands::ports(OperatorRequest&, const Reply& reply) {
    list<api::PortPage>(reply, 0, port_json);
}

void OperatorCommands::neighbours(OperatorRequest&, const Reply& reply) {
    list<api::NeighbourPage>(reply, 0, [](const api::NeighbourRecord& record) {
        return neighbour_json(record, read_clocks());
    });
}

void OperatorCommands::tunnels(OperatorRequest&, const Reply& reply) {
    const GenerationBook::Shared generation = parts_.node.book().current();
    if (generation == nullptr) {
        reply.done();
        return;
    }
    list<api::PeerPage>(reply, 0, [generation](const api::PeerRecord& record) {
        return tunnel_json(record, *generation, read_clocks());
    });
}

void OperatorCommands::flows(OperatorRequest& request, const Reply& reply) {
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

void OperatorCommands::counters(OperatorRequest&, const Reply& reply) {
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

void OperatorCommands::clients(OperatorRequest& request, const Reply& reply) {
    const Moment now = read_clocks();
    for (const Json& record : parts_.clients.records(now.unix_ns - now.now_ns)) {
        if (!flag_of(request.body, "mixed") || record["mixes_families"] == true ||
            record["mixes_origins"] == true) {
            reply.record(record);
        }
    }
    reply.done();
}

void OperatorCommands::sign_ins(OperatorRequest& request, const Reply& reply) {
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

void OperatorCommands::capture(OperatorRequest& request, const Reply& reply) {
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
