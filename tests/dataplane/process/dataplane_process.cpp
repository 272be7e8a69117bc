// SPDX-License-Identifier: Apache-2.0
#include "dataplane_process.hpp"

#include "node_harness.hpp"
#include "packet_pools.hpp"
#include "scenario.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sys/eventfd.h>
#include <unistd.h>

namespace egret::test {
namespace {

using namespace std::chrono_literals;

template <class ClockOf>
uint64_t time_of() noexcept {
    return static_cast<uint64_t>(std::chrono::nanoseconds(ClockOf::now().time_since_epoch()).count()
    );
}

std::atomic<uint64_t> advanced_ns{0};

uint64_t boot_ns() noexcept {
    return time_of<std::chrono::steady_clock>() + advanced_ns;
}

constexpr Clocks kClocks{boot_ns, time_of<std::chrono::system_clock>};

constexpr size_t kEtherType = 12;
constexpr uint16_t kArp = 0x0806;

/// ARP, or ICMPv6 of neighbour discovery (RFC 4861: types 133 to 137).
bool is_about_neighbours(const Bytes& frame) {
    constexpr uint16_t kIpv6 = 0x86dd;
    constexpr size_t kNextHeader = 14 + 6;
    constexpr size_t kIcmpType = 14 + 40;
    const uint16_t type = load16(frame, kEtherType);
    return type == kArp ||
           (type == kIpv6 && frame.size() > kIcmpType && frame[kNextHeader] == kIcmpv6Protocol &&
            frame[kIcmpType] >= 133 && frame[kIcmpType] <= 137);
}

/// True for an ARP question that is no announcement of the asker itself (RFC 5227).
bool asks_for_another(const Bytes& frame) {
    constexpr size_t kSenderAddress = 28;
    constexpr size_t kTargetAddress = 38;
    return load16(frame, kEtherType) == kArp && !std::equal(
                                                    frame.begin() + kSenderAddress,
                                                    frame.begin() + kSenderAddress + 4,
                                                    frame.begin() + kTargetAddress
                                                );
}

/// What the one who was asked says (RFC 826): asker and asked change places.
Bytes arp_reply(const Bytes& request) {
    constexpr size_t kOperation = 20;
    constexpr size_t kSender = 22;
    constexpr size_t kTarget = 32;
    constexpr size_t kPair = 10;  // a MAC and an IPv4 address
    Bytes reply = request;
    std::copy_n(request.begin() + 6, 6, reply.begin());
    std::copy_n(kInternetMac.begin(), 6, reply.begin() + 6);
    reply[kOperation + 1] = 2;
    std::copy_n(request.begin() + kSender, kPair, reply.begin() + kTarget);
    std::copy_n(request.begin() + kTarget, kPair, reply.begin() + kSender);
    std::copy_n(kInternetMac.begin(), 6, reply.begin() + kSender);
    return reply;
}

/// The value, or the end of the test program: nothing works without it.
template <class T>
T must(tl::expected<T, std::string> result) {
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().c_str());
        std::abort();
    }
    return std::move(*result);
}

Ports open_ports(const Wire& inside, const Wire& outside) {
    Ports ports;
    ports.push_back(must(Port::open(inside.near_end(), frame_pool())));
    ports.push_back(must(Port::open(outside.near_end(), frame_pool())));
    return ports;
}

void wait_for_links(const Ports& ports, bool up) {
    for (const auto& port : ports) {
        wait_for_link(*port, up);
    }
}

NodeOptions node_options() {
    NodeOptions options;
    options.pool = made_pool();
    options.workers = default_workers();
    options.flow_capacity = 1024;
    return options;
}

}  // namespace

DataplaneProcess::DataplaneProcess()
    : inside_(folder_.path(), "lan0"),
      outside_(folder_.path(), "wan0"),
      stop_(eventfd(0, EFD_CLOEXEC)),
      ports_(open_ports(inside_, outside_)),
      node_(must(Node::create(node_options()))),
      agent_bell_(must(Doorbell::create())) {
    std::vector<Worker*> all;
    for (uint8_t number = 0; number < node_->workers(); ++number) {
        workers_.push_back(std::make_unique<Worker>(
            *node_,
            kClocks.boot_ns,
            must(Doorbell::create()),
            agent_bell_,
            number
        ));
        all.push_back(workers_.back().get());
    }
    AgentOptions options;
    options.instance = 0x1234;
    options.clocks = kClocks;
    options.aead[0] = {&crypto::sodium_backend(crypto::Suite::wireguard), "configured"};
    options.max_simd_bits = 128;
    options.report = [this](const std::string& line) {
        const std::lock_guard lock(mutex_);
        reports_.push_back(line);
    };
    options.alive = [this] { ++n_alive_; };
    agent_ = must(Agent::create(
        {.options = std::move(options),
         .node = *node_,
         .workers = all,
         .ports = ports_,
         .bell = agent_bell_},
        must(api::ChannelListener::listen(socket_path()))
    ));
    inside_.plug();
    outside_.plug();
    wait_for_links(ports_, true);
    for (Worker* worker : all) {
        worker->meet(all);
    }
    for (Worker* worker : all) {
        worker_threads_.emplace_back([worker] { worker->run(); });
    }
    agent_thread_ = std::thread([this] { agent_->run(stop_.get()); });
}

DataplaneProcess::~DataplaneProcess() {
    const uint64_t one = 1;
    if (write(stop_.get(), &one, sizeof(one)) != sizeof(one)) {
        std::abort();
    }
    agent_thread_.join();
    stop_workers();
    inside_.unplug();
    outside_.unplug();
    wait_for_links(ports_, false);
    ports_.clear();
}

std::string DataplaneProcess::socket_path() const {
    return folder_.path() + "/" + api::kDataplaneSocket;
}

void DataplaneProcess::stop_workers() {
    for (const auto& worker : workers_) {
        worker->stop();
    }
    for (std::thread& thread : worker_threads_) {
        thread.join();
    }
    worker_threads_.clear();
}

bool DataplaneProcess::reports(const std::string& text) {
    for (int i = 0; i < 1000; ++i) {
        {
            const std::lock_guard lock(mutex_);
            const bool said = std::any_of(reports_.begin(), reports_.end(), [&](const auto& line) {
                return line.find(text) != std::string::npos;
            });
            if (said) {
                return true;
            }
        }
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

uint64_t DataplaneProcess::now_ns() noexcept {
    return boot_ns();
}

void DataplaneProcess::advance(uint64_t by_ns) noexcept {
    advanced_ns += by_ns;
}

std::optional<Bytes> DataplaneProcess::next_frame(Wire& wire) {
    while (true) {
        auto frame = wire.receive();
        if (!frame || !is_about_neighbours(*frame)) {
            return frame;
        }
        if (asks_for_another(*frame)) {
            wire.send(arp_reply(*frame));
        }
    }
}

api::Tables live_branch_tables(uint64_t generation) {
    api::Tables tables = branch_tables();
    tables.generation = generation;
    tables.ports[0].name = {'l', 'a', 'n', '0'};
    tables.ports[1].name = {'w', 'a', 'n', '0'};
    tables.ports[1].gateway_ipv4 = address("203.0.113.1");
    return tables;
}

Bytes direct_frame(std::string_view text, uint16_t client_port) {
    return PacketBuilder()
        .ethernet(kClientMac, kGatewayMac)
        .ipv4(kClient.ipv4, kElsewhere.ipv4)
        .udp(client_port, 7)
        .payload(text)
        .bytes();
}

Bytes direct_answer(std::string_view text) {
    return PacketBuilder()
        .ethernet(kGatewayMac, kClientMac)
        .ipv4(kElsewhere.ipv4, kClient.ipv4)
        .udp(7, 5000)
        .payload(text)
        .bytes();
}

}  // namespace egret::test
