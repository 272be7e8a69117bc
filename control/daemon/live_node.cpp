// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/live_node.hpp"

#include <utility>

namespace egret::control {

LiveNode::LiveNode(
    EventLoop& loop,
    Log& log,
    StateDirectory& state,
    const std::filesystem::path& run_directory
)
    : log_(log),
      state_(state),
      link_(loop, log, *this, run_directory / api::kDataplaneSocket),
      publisher_(loop, link_),
      tunnels_(loop, link_, [](uint16_t, const crypto::PrivateKey&) {}) {}

void LiveNode::load() {
    std::error_code failure;
    if (!std::filesystem::exists(state_.running_path(), failure)) {
        log_.info("no configuration yet, waiting for a push");
        return;
    }
    LoadResult loaded = load_generation(state_.running_path(), {.needs_keys = true});
    for (const Finding& finding : loaded.findings) {
        if (finding.severity == Severity::error) {
            log_.error("configuration cannot be used", {{"finding", to_text(finding)}});
        }
    }
    if (loaded.generation) {
        generation_ = std::make_shared<const Generation>(std::move(*loaded.generation));
        log_.info(
            "configuration loaded",
            {{"node", *generation_->config.node.name},
             {"generation", std::to_string(generation_->tables.generation)}}
        );
    }
}

void LiveNode::on_connected(const api::Hello& hello) {
    live_generation_ = hello.generation;
    if (generation_ != nullptr) {
        publish();
    }
}

void LiveNode::on_disconnected() {
    live_generation_ = 0;
    tunnels_.stop();
}

void LiveNode::publish() {
    publisher_.publish(generation_->tables, [this](const api::Answer& answer) {
        if (answer.status != api::AnswerStatus::done) {
            log_.error(
                "dataplane refused the configuration",
                {{"reason", std::string(answer.text.view())}}
            );
            return;
        }
        live_generation_ = answer.generation;
        log_.info("configuration live", {{"generation", std::to_string(live_generation_)}});
        tunnels_.start(*generation_);
    });
}

void LiveNode::on_punt(const api::Punt& punt) {
    tunnels_.receive(punt);
}

void LiveNode::on_event(const api::Event& event) {
    if (event.kind == api::EventKind::session_wanted) {
        tunnels_.want(event.peer);
    }
}

}  // namespace egret::control
