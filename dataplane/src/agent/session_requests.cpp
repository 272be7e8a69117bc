// SPDX-License-Identifier: Apache-2.0
#include "agent/session_requests.hpp"

#include <egret/crypto/secret.hpp>

#include <memory>
#include <span>

namespace egret {
namespace {

/// A session on its way; its keys are wiped with it.
struct InstallJob {
    explicit InstallJob(const api::Install& request_)
        : request(request_) {}

    InstallJob(const InstallJob&) = delete;
    InstallJob& operator=(const InstallJob&) = delete;

    ~InstallJob() { crypto::wipe(std::as_writable_bytes(std::span(&request, 1))); }

    api::Install request;
    api::InstallStatus status = api::InstallStatus::installed;
};

const char* text_of(api::InstallStatus status) noexcept {
    switch (status) {
        case api::InstallStatus::installed:
            return "";
        case api::InstallStatus::index_taken:
            return "another session has the receiver index or its place";
        case api::InstallStatus::no_such_peer:
            return "no peer of the live generation has this slot";
        case api::InstallStatus::suite_unavailable:
            return "the suite is not available on this machine";
        case api::InstallStatus::wrong_worker:
            return "the receiver index names a worker that does not own the peer";
        case api::InstallStatus::wrong_instance:
            return "made for a dataplane that is gone";
    }
    return "";
}

void answer(
    const AgentState& state,
    const Reply& reply,
    const api::SessionInstall& session,
    api::InstallStatus status
) {
    api::Answer answer;
    answer.status = status == api::InstallStatus::installed ? api::AnswerStatus::done
                                                            : api::AnswerStatus::refused;
    answer.install = status;
    answer.receiver_index = session.receiver_index;
    answer.generation = state.generation;
    answer.text = api::ShortText<200>(text_of(status));
    reply.send(answer);
}

/// The worker that owns a session; any finds that there is none where the index names no worker.
uint8_t worker_of(const AgentState& state, uint32_t receiver_index) noexcept {
    const uint8_t worker = api::worker_of(receiver_index);
    return worker < state.node.workers() ? worker : uint8_t{0};
}

/// On the worker's thread.
void work(Worker& worker, InstallJob& job) {
    job.status = worker.node().install(job.request.session);
    if (job.status != api::InstallStatus::installed) {
        return;
    }
    if (job.request.response.size_bytes > 0) {
        worker.node()
            .send_handshake(job.request.response, worker.now_ns(), worker.out(), worker.number());
        worker.transmit();
    }
    worker.node().flush_staged(job.request.session.peer, worker.now_ns(), worker.out());
    worker.transmit();
}

}  // namespace

void install(AgentState& state, const api::Install& request, const Reply& reply) {
    if (request.instance != state.options.instance) {
        answer(state, reply, request.session, api::InstallStatus::wrong_instance);
        return;
    }
    const auto job = std::make_shared<InstallJob>(request);
    state.give(
        [job](Worker& worker) { work(worker, *job); },
        [job, reply, &state] { answer(state, reply, job->request.session, job->status); },
        state.node.owner_of(request.session.peer)
    );
}

void retire(AgentState& state, const api::Retire& request, const Reply& reply) {
    if (request.instance != state.options.instance) {
        return reply.answer(api::AnswerStatus::refused, "meant for a dataplane that is gone");
    }
    const auto found = std::make_shared<bool>(false);
    state.give(
        [found, index = request.receiver_index](Worker& worker) {
            *found = worker.node().retire(index);
        },
        [found, reply] {
            *found ? reply.answer(api::AnswerStatus::done)
                   : reply.answer(api::AnswerStatus::refused, "no session has this receiver index");
        },
        worker_of(state, request.receiver_index)
    );
}

void set_peer_state(AgentState& state, const api::SetPeerState& request) {
    const auto work = [request](Worker& worker) {
        worker.node().set_peer_state(request.peer, request.state);
        worker.node().flush_staged(request.peer, worker.now_ns(), worker.out());
        worker.transmit();
    };
    state.give(work, {}, state.node.owner_of(request.peer));
}

void send_handshake(AgentState& state, const api::SendHandshake& request) {
    state.give([datagram = request.datagram](Worker& worker) {
        worker.node().send_handshake(datagram, worker.now_ns(), worker.out());
        worker.transmit();
    });
}

}  // namespace egret
