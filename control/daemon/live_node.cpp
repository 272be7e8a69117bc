// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/live_node.hpp"

#include <utility>

namespace egret::control {

LiveNode::LiveNode(
    EventLoop& loop,
    Log& log,
    NodeListener& listener,
    const std::filesystem::path& run_directory
)
    : log_(log),
      listener_(listener),
      link_(loop, log, *this, run_directory / api::kDataplaneSocket),
      publisher_(loop, link_),
      tunnels_(loop, link_, [this](uint16_t slot, const crypto::PrivateKey& ephemeral) {
          listener_.on_ephemeral(slot, ephemeral);
      }) {}

void LiveNode::begin(GenerationBook::Shared generation) {
    adopt(std::move(generation));
}

void LiveNode::apply(GenerationBook::Shared generation, OnApplied on_applied) {
    if (link_.hello() == nullptr) {
        adopt(std::move(generation));
        on_applied({});
        return;
    }
    publish(
        generation,
        [this, generation, on_applied = std::move(on_applied)](const api::Answer& answer) mutable {
            if (answer.status != api::AnswerStatus::done) {
                on_applied(
                    tl::unexpected("the dataplane refused it: " + std::string(answer.text.view()))
                );
                restore();
                return;
            }
            live_generation_ = answer.generation;
            adopt(std::move(generation));
            tunnels_.start(*book_.current());
            on_applied({});
        }
    );
}

/// A push may have come before the dataplane had the running generation.
void LiveNode::restore() {
    const GenerationBook::Shared& running = book_.current();
    if (running != nullptr && running->tables.generation != live_generation_) {
        publish();
    }
}

void LiveNode::adopt(GenerationBook::Shared generation) {
    book_.adopt(std::move(generation));
    problem_.clear();
    listener_.on_generation(book_.current());
}

void LiveNode::on_connected(const api::Hello& hello) {
    live_generation_ = hello.generation;
    if (book_.current() != nullptr) {
        publish();
    }
}

void LiveNode::on_disconnected() {
    live_generation_ = 0;
    tunnels_.stop();
}

void LiveNode::publish() {
    publish(book_.current(), [this](const api::Answer& answer) {
        if (answer.status != api::AnswerStatus::done) {
            problem_ =
                "the dataplane refused the configuration: " + std::string(answer.text.view());
            log_.error(
                "the dataplane refused the configuration",
                {{"reason", std::string(answer.text.view())}}
            );
            return;
        }
        live_generation_ = answer.generation;
        log_.info("configuration live", {{"generation", std::to_string(live_generation_)}});
        tunnels_.start(*book_.current());
    });
}

void LiveNode::publish(const GenerationBook::Shared& generation, Publisher::OnDone on_done) {
    listener_.on_publishing(generation);
    publisher_.publish(generation->tables, std::move(on_done));
}

void LiveNode::on_punt(const api::Punt& punt) {
    tunnels_.receive(punt);
}

void LiveNode::on_event(const api::Event& event) {
    if (event.kind == api::EventKind::session_wanted) {
        tunnels_.want(event.peer);
    } else {
        listener_.on_flow_event(event);
    }
}

}  // namespace egret::control
