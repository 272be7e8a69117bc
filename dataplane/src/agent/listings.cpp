// SPDX-License-Identifier: Apache-2.0
#include "agent/listings.hpp"

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

namespace egret {
namespace {

/// Places of the flow table looked at in one task: a fraction of a millisecond of the worker's time.
constexpr uint32_t kFlowPlaces = 512;

/// A peer's previous, current and next.
constexpr size_t kSessionsPerPeer = 3;

/// Where operators look at more than this, a page says nothing to them.
constexpr size_t kNeighbours = 1024;

/// Sends `records`, in as many pages as they take; `last` says whether the last of these ends the list.
template <class AnyPage, class Record>
void send_pages(const Reply& reply, std::span<const Record> records, bool last) {
    do {
        AnyPage page;
        page.n = static_cast<uint16_t>(std::min(records.size(), AnyPage::kCapacity));
        std::copy_n(records.begin(), page.n, page.records.begin());
        records = records.subspan(page.n);
        page.last = last && records.empty();
        reply.send(page);
    } while (!records.empty());
}

/// Has every worker fill a list by `fill`, then sends them as one.
template <class AnyPage, class Record>
void list_records(
    AgentState& state,
    const Reply& reply,
    uint32_t limit,
    size_t expected,
    void (Node::*fill)(std::vector<Record>&, uint8_t) const
) {
    const auto lists = std::make_shared<std::vector<std::vector<Record>>>(state.workers.size());
    for (std::vector<Record>& list : *lists) {
        list.reserve(expected);  // so that no worker allocates
    }
    state.give_all(
        [lists, fill](Worker& worker) {
            (worker.node().*fill)((*lists)[worker.number()], worker.number());
        },
        [lists, reply, limit] {
            std::vector<Record> all;
            for (const std::vector<Record>& list : *lists) {
                all.insert(all.end(), list.begin(), list.end());
            }
            const size_t n = std::min<size_t>(all.size(), limit);
            send_pages<AnyPage>(reply, std::span<const Record>(all).first(n), true);
        }
    );
}

}  // namespace

void Listings::start(const api::List& request, const Reply& reply) {
    const uint32_t limit = request.limit == 0 ? UINT32_MAX : request.limit;
    switch (request.what) {
        case api::MessageType::counters:
            return list_counters(reply);
        case api::MessageType::ports:
            return list_ports(reply, limit);
        case api::MessageType::flows:
            flows_.push_back({reply, limit});
            return go_on();
        default:
            return list_by_worker({request.what, limit}, reply);
    }
}

void Listings::list_by_worker(const api::List& request, const Reply& reply) {
    const size_t peers = state_.slots_used;
    switch (request.what) {
        case api::MessageType::sessions:
            return list_records<api::SessionPage>(
                state_,
                reply,
                request.limit,
                peers * kSessionsPerPeer,
                &Node::list_sessions
            );
        case api::MessageType::peers:
            return list_records<api::PeerPage>(
                state_,
                reply,
                request.limit,
                peers,
                &Node::list_peers
            );
        default:
            return list_records<api::NeighbourPage>(
                state_,
                reply,
                request.limit,
                kNeighbours,
                &Node::list_neighbours
            );
    }
}

void Listings::list_counters(const Reply& reply) {
    const auto counts = std::make_shared<std::vector<api::CountersMessage>>(state_.workers.size());
    state_.give_all(
        [counts](Worker& worker) {
            const uint8_t number = worker.number();
            api::CountersMessage& message = (*counts)[number];
            message.counters = worker.node().counters(number);
            message.flows = worker.node().flows(number);
            message.staged = worker.node().packets_staged(number);
        },
        [this, counts, reply] {
            api::CountersMessage all;
            for (const api::CountersMessage& message : *counts) {
                all.counters += message.counters;
                all.flows += message.flows;
                all.staged += message.staged;
            }
            all.punts_lost = news_.n_lost();
            reply.send(all);
        }
    );
}

void Listings::list_ports(const Reply& reply, uint32_t limit) {
    std::vector<api::PortRecord> records;
    for (const auto& port : state_.ports) {
        records.push_back(generations_.record(*port));
    }
    records.resize(std::min<size_t>(records.size(), limit));
    send_pages<api::PortPage>(reply, std::span<const api::PortRecord>(records), true);
}

void Listings::go_on() {
    flows_.remove_if([](const FlowList& list) {
        return !list.asked && (list.ended || !list.reply.wanted());
    });
    for (FlowList& list : flows_) {
        if (!list.asked && !state_.connection.behind() && state_.can_give()) {
            ask(list);
        }
    }
}

void Listings::ask(FlowList& list) {
    list.asked = true;
    const auto records = std::make_shared<std::vector<api::Event>>();
    records->reserve(kFlowPlaces);
    state_.give(
        [records, &list](Worker& worker) {
            list.from = worker.node().list_flows(list.from, kFlowPlaces, *records, worker.number());
        },
        [this, records, &list] {
            const size_t n = std::min<size_t>(records->size(), list.left);
            list.left -= static_cast<uint32_t>(n);
            list.asked = false;
            list.worker = static_cast<uint8_t>(list.worker + (list.from == 0 ? 1 : 0));
            list.ended = list.worker == state_.workers.size() || list.left == 0;
            if (n > 0 || list.ended) {
                send_pages<api::FlowPage>(
                    list.reply,
                    std::span<const api::Event>(*records).first(n),
                    list.ended
                );
            }
        },
        list.worker
    );
}

}  // namespace egret
