// SPDX-License-Identifier: Apache-2.0
#include "agent/generations.hpp"

#include <egret/api/tables_codec.hpp>

#include <algorithm>
#include <utility>

namespace egret {
namespace {

/// Between two tries to connect a port; forwarding stands still for the moment one takes.
constexpr uint64_t kTryNs = 1'000'000'000;

constexpr const char* kBusy = "two older generations are still in use";

tl::expected<api::Tables, std::string>
read_tables(const api::Publish& request, const api::Descriptor& memfd) {
    return api::SealedBytes::map(memfd, request.size_bytes, api::kMaxTablesBytes)
        .and_then([](const api::SealedBytes& sealed) { return api::decode_tables(sealed.bytes()); }
        );
}

uint16_t slots_of(const api::Tables& tables) noexcept {
    uint16_t slots = 0;
    for (const api::Peer& peer : tables.peers) {
        slots = std::max(slots, static_cast<uint16_t>(peer.slot + 1));
    }
    return slots;
}

}  // namespace

void Generations::begin() {
    for (const auto& port : state_.ports) {
        if (const std::string interface = port->stop_merging(); !interface.empty()) {
            state_.options.report(
                "port " + port->name() + ": turned GRO and LRO of " + interface +
                " off; merged segments do not fit a port's buffers"
            );
        }
        link_up_.push_back(port->link_is_up());
        if (!link_up_.back()) {
            state_.options.report("port " + port->name() + ": its link is down");
        }
    }
    bind();
}

void Generations::publish(
    const api::Publish& request,
    const api::Descriptor& memfd,
    const Reply& reply
) {
    if (request.instance != state_.options.instance) {
        return reply.answer(api::AnswerStatus::refused, "meant for a dataplane that is gone");
    }
    auto tables = read_tables(request, memfd);
    if (!tables) {
        return reply.answer(api::AnswerStatus::refused, tables.error());
    }
    auto uses = find_ports(*tables);
    if (!uses) {
        return reply.answer(api::AnswerStatus::refused, uses.error());
    }
    state_.finish_tasks();  // what was asked for before is done before
    const uint64_t generation = tables->generation;
    const uint16_t slots = slots_of(*tables);
    if (*uses == uses_) {
        if (!make_live(std::move(*tables))) {
            return reply.answer(api::AnswerStatus::busy, kBusy);
        }
    } else if (const auto error = change_ports(std::move(*tables), std::move(*uses))) {
        return *error == kBusy ? reply.answer(api::AnswerStatus::busy, kBusy)
                               : reply.answer(api::AnswerStatus::refused, *error);
    }
    state_.generation = generation;
    state_.slots_used = std::max(state_.slots_used, slots);
    reply.answer(api::AnswerStatus::done);
}

bool Generations::make_live(api::Tables tables) {
    state_.node.reclaim();
    return state_.node.publish(std::move(tables));
}

/// For a generation with other ports than the live one: the worker looks at none while they change, so that no frame is taken
/// for one of a side it is not from. Returns what went wrong; then all is as before.
std::optional<std::string> Generations::change_ports(api::Tables tables, Uses uses) {
    state_.run_task([](Worker& worker) { worker.bind({}); });
    std::optional<std::string> error;
    if (const auto set = set_mtus(uses); !set) {
        error = set.error();
    } else if (!make_live(std::move(tables))) {
        error = kBusy;
    }
    if (error) {
        static_cast<void>(set_mtus(uses_));  // they had it before
    } else {
        uses_ = std::move(uses);
        introduce();
    }
    bind();
    return error;
}

tl::expected<Generations::Uses, std::string> Generations::find_ports(const api::Tables& tables
) const {
    Uses uses;
    for (const api::Port& wanted : tables.ports) {
        const std::string name = wanted.name.data();  // the codec saw its terminator
        Port* port = state_.find_port(name);
        if (port == nullptr) {
            return tl::unexpected(
                "port " + name + ": this dataplane has no such port; it has " + state_.port_names()
            );
        }
        const bool twice = std::any_of(uses.begin(), uses.end(), [port](const Use& use) {
            return use.port == port;
        });
        if (twice) {
            return tl::unexpected("port " + name + " stands in the tables twice");
        }
        uses.push_back({port, wanted.side, wanted.mtu_bytes});
    }
    return uses;
}

tl::expected<void, std::string> Generations::set_mtus(const Uses& uses) const {
    for (const Use& use : uses) {
        if (auto set = use.port->set_mtu(use.mtu_bytes); !set) {
            return set;
        }
    }
    return {};
}

/// The first port of each side carries traffic.
Binding Generations::binding_of(const Uses& uses) const {
    Binding binding;
    for (const Use& use : uses) {
        Port*& place = use.side == api::Side::inside ? binding.inside : binding.outside;
        place = place == nullptr ? use.port : place;
    }
    for (const auto& port : state_.ports) {
        if (port.get() != binding.inside && port.get() != binding.outside) {
            binding.unused.push_back(port.get());
        }
    }
    return binding;
}

void Generations::bind() {
    state_.run_task([binding = binding_of(uses_)](Worker& worker) { worker.bind(binding); });
}

/// Tells the node its own addresses on the wires.
void Generations::introduce() {
    state_.run_task([binding = binding_of(uses_)](Worker& worker) {
        for (const api::Side side : {api::Side::inside, api::Side::outside}) {
            if (const Port* port = binding.of(side); port != nullptr) {
                worker.node().set_link(side, {port->mac(), {}}, worker.number());
            }
        }
    });
}

void Generations::watch_links(uint64_t now_ns) {
    for (size_t i = 0; i < link_up_.size(); ++i) {
        Port& port = *state_.ports[i];
        const bool up = port.link_is_up();
        if (up != link_up_[i]) {
            link_up_[i] = up;
            link_changed(port, up);
        }
    }
    if (now_ns >= next_try_ns_) {
        next_try_ns_ = now_ns + kTryNs;
        connect_again();
    }
}

/// Ports are changed with no worker at them.
void Generations::connect_again() {
    const auto may = [](const auto& port) { return port->may_connect(); };
    if (std::none_of(state_.ports.begin(), state_.ports.end(), may)) {
        return;
    }
    state_.run_task([](Worker& worker) { worker.bind({}); });
    for (const auto& port : state_.ports) {
        if (may(port)) {
            port->connect_again();
        }
    }
    bind();
}

/// Who was at the other end of a wire may have changed while it was away.
void Generations::link_changed(Port& port, bool up) {
    state_.options.report("port " + port.name() + ": its link is " + (up ? "up" : "down"));
    const Use* use = use_of(port);
    if (up && use != nullptr) {
        state_.give_all([side = use->side, mac = port.mac()](Worker& worker) {
            worker.node().set_link(side, {mac, {}}, worker.number());
        });
    }
}

const Generations::Use* Generations::use_of(const Port& port) const noexcept {
    const auto found = std::find_if(uses_.begin(), uses_.end(), [&port](const Use& use) {
        return use.port == &port;
    });
    return found == uses_.end() ? nullptr : &*found;
}

api::PortRecord Generations::record(const Port& port) const {
    api::PortRecord record = port.record();
    if (const Use* use = use_of(port)) {
        record.used = true;
        record.side = use->side;
    }
    return record;
}

}  // namespace egret
