// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/live_node.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace egret::control {
namespace {

/// What a dataplane says of the time before.
struct Records {
    std::vector<api::PeerRecord> peers;
    std::vector<api::SessionRecord> sessions;
};

template <class Record, class Page>
void append(std::vector<Record>& records, const Page* page) {
    if (page != nullptr) {
        const auto some = records_of(*page);
        records.insert(records.end(), some.begin(), some.end());
    }
}

}  // namespace

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
      tunnels_(loop, log, link_, [this](uint16_t slot, const crypto::PrivateKey& ephemeral) {
          listener_.on_ephemeral(slot, ephemeral);
      }) {}

void LiveNode::begin(GenerationBook::Shared generation, SlotBook slots) {
    adopt(std::move(generation), std::move(slots));
}

void LiveNode::when_slots_known(std::function<void()> then) {
    if (is_learning_) {
        waiting_for_slots_.push_back(std::move(then));
    } else {
        then();
    }
}

void LiveNode::apply(GenerationBook::Shared generation, SlotBook slots, OnApplied on_applied) {
    if (link_.hello() == nullptr) {
        adopt(std::move(generation), std::move(slots));
        on_applied({});
        return;
    }
    publish(
        generation,
        [this, generation, slots, on_applied = std::move(on_applied)](const api::Answer& answer
        ) mutable {
            if (answer.status != api::AnswerStatus::done) {
                on_applied(
                    tl::unexpected("the dataplane refused it: " + std::string(answer.text.view()))
                );
                if (link_.hello() != nullptr && live_generation_ == 0) {
                    restore();
                }
                return;
            }
            adopt(std::move(generation), std::move(slots));
            go_live(answer);
            on_applied({});
        }
    );
}

void LiveNode::call_peers() {
    constexpr size_t kEnough = 64;
    const GenerationBook::Shared& running = book_.current();
    if (running == nullptr) {
        return;
    }
    const auto& peers = running->tables.peers;
    for (size_t i = 0; i < std::min(peers.size(), kEnough); ++i) {
        tunnels_.call(peers[i].slot);
    }
}

void LiveNode::adopt(GenerationBook::Shared generation, SlotBook slots) {
    book_.adopt(std::move(generation));
    slots_ = std::move(slots);
    problem_.clear();
    listener_.on_generation(book_.current());
}

void LiveNode::on_connected(const api::Hello& hello) {
    live_generation_ = hello.generation;
    if (hello.generation == 0 || hello.instance == slots_instance_) {
        slots_instance_ = hello.instance;
        restore();
    } else {
        learn_slots(hello);
    }
}

void LiveNode::on_disconnected() {
    live_generation_ = 0;
    tunnels_.stop();
    end_learning();
}

/// A dataplane with tables of an earlier process: its peers must keep their slots.
void LiveNode::learn_slots(const api::Hello& hello) {
    const auto records = std::make_shared<Records>();
    is_learning_ = link_.list<api::PeerPage>(
        0,
        [this, records, instance = hello.instance](const api::PeerPage* page) {
            append(records->peers, page);
            if (page != nullptr && page->last) {
                slots_instance_ = instance;
                take_slots(records->peers);
                end_learning();
                restore();
            }
        }
    );
}

void LiveNode::take_slots(const std::vector<api::PeerRecord>& peers) {
    slots_ = SlotBook(link_.hello()->slots_used);
    for (const api::PeerRecord& peer : peers) {
        crypto::PublicKey key;
        std::ranges::copy(std::as_bytes(std::span(peer.public_key)), key.bytes.begin());
        slots_.learn(key, peer.slot);
    }
    if (book_.current() == nullptr || has_slots_of_book()) {
        return;
    }
    SlotBook slots = slots_;
    GenerationBook::Shared generation = listener_.on_reload(slots);
    if (generation != nullptr) {
        adopt(std::move(generation), std::move(slots));
    }
}

/// True if the running generation's peers have the slots the book gives them.
bool LiveNode::has_slots_of_book() {
    const Generation& running = *book_.current();
    const auto slots = slots_.assign(running.config.peers);
    return slots &&
           std::ranges::equal(*slots, running.tables.peers, {}, {}, [](const api::Peer& peer) {
               return peer.slot;
           });
}

void LiveNode::end_learning() {
    is_learning_ = false;
    for (const auto& then : std::exchange(waiting_for_slots_, {})) {
        then();
    }
}

/// The dataplane has, or is about to have, what it should: a push may have come before it had the running generation.
void LiveNode::restore() {
    const GenerationBook::Shared& running = book_.current();
    if (running == nullptr) {
        return;
    }
    publish(running, [this](const api::Answer& answer) {
        if (answer.status == api::AnswerStatus::done) {
            go_live(answer);
        } else {
            note_refusal(answer);
        }
    });
}

/// The dataplane has the current generation: so shall the tunnels.
void LiveNode::go_live(const api::Answer& answer) {
    live_generation_ = answer.generation;
    log_.info("configuration live", {{"generation", std::to_string(live_generation_)}});
    if (tunnels_.is_running()) {
        tunnels_.reconfigure(*book_.current());
    } else if (link_.hello()->generation == 0) {
        // It had no tables when it said hello, so it has no sessions.
        tunnels_.start(*book_.current());
    } else {
        resume();
    }
}

void LiveNode::note_refusal(const api::Answer& answer) {
    const std::string reason(answer.text.view());
    problem_ = "the dataplane refused the configuration: " + reason;
    log_.error("the dataplane refused the configuration", {{"reason", reason}});
}

/// Asks for peers, then for sessions, and takes them over. A connection that is lost in between begins it anew.
void LiveNode::resume() {
    const auto records = std::make_shared<Records>();
    const bool is_asked = link_.list<api::PeerPage>(0, [records](const api::PeerPage* page) {
        append(records->peers, page);
    }) && link_.list<api::SessionPage>(0, [this, records](const api::SessionPage* page) {
        append(records->sessions, page);
        if (page != nullptr && page->last) {
            tunnels_.resume(*book_.current(), records->sessions, records->peers);
            log_.info("tunnels resumed", {{"sessions", std::to_string(records->sessions.size())}});
        }
    });
    if (!is_asked) {
        log_.warning("tunnels not resumed: the dataplane went away");
    }
}

void LiveNode::publish(const GenerationBook::Shared& generation, Publisher::OnDone on_done) {
    listener_.on_publishing(generation);
    publisher_.publish(generation->tables, std::move(on_done));
}

void LiveNode::on_punt(const api::Punt& punt) {
    tunnels_.receive(punt);
}

void LiveNode::on_event(const api::Event& event) {
    if (!tunnels_.on_event(event)) {
        listener_.on_flow_event(event);
    }
}

}  // namespace egret::control
