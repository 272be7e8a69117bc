// SPDX-License-Identifier: Apache-2.0
#include "circuit.hpp"

#include "packets.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <numeric>

namespace egret::bench {
namespace {

constexpr uint8_t kClientTtl = 64;
constexpr uint8_t kServiceTtl = 60;
constexpr uint64_t kBurstTime = 1000;  // what a burst takes on the circuit's clock, ns
constexpr uint32_t kMaxFrame = 1600;

/// What the packet behind a way looks like, or, made, before it.
struct Expected {
    EthernetHeader ethernet{};
    bool compare_ethernet = false;
    Tuple tuple;
    uint8_t ttl = kClientTtl;
};

Expected before(Way way, uint64_t id, const Tuple& flow) {
    if (way == Way::branch_outbound) {
        return {ethernet_to_gateway(id), false, flow, kClientTtl};
    }
    return {ethernet_to_client(id), false, presented(flow).reversed(), kServiceTtl};
}

Expected after(Way way, uint64_t id, const Tuple& flow) {
    if (way == Way::edge_inbound) {
        return {{}, false, presented(flow), kClientTtl - 1};
    }
    return {ethernet_to_client(id), true, flow.reversed(), kServiceTtl};
}

uint32_t inner_size(Way way, uint32_t payload) {
    return way == Way::branch_outbound || way == Way::edge_inbound ? payload - kClaimSize : payload;
}

}  // namespace

Circuit::Circuit(rte_mempool* pool, Shape shape)
    : pool_(pool),
      shape_(shape) {
    draw_order();
}

void Circuit::draw_order() {
    turn_.resize(size_t{laps_per_turn()} * kGroup);
    for (size_t i = 0; i < turn_.size(); ++i) {
        turn_[i] = first_flow_ + i % shape_.flows;
    }
    std::shuffle(turn_.begin(), turn_.end(), order_);
    done_ = 0;
}

void Circuit::renew_flows() {
    first_flow_ += shape_.flows;
    draw_order();
}

Circuit::Checked Circuit::lap(const Process& process) {
    if (done_ == turn_.size()) {
        draw_order();
    }
    const auto flows = std::span<const uint64_t>(turn_).subspan(done_, kGroup);
    done_ += kGroup;
    Group group;
    for (const Way start : {Way::branch_outbound, Way::edge_outbound}) {
        const Way end = start == Way::branch_outbound ? Way::edge_inbound : Way::branch_inbound;
        auto result = make(group, flows, start);
        for (const Way way : {start, end}) {
            result = result.and_then([&] { return take(process, way, group); });
        }
        result = result.and_then([&] { return check(group, flows, end); });
        if (!result) {
            return result;
        }
        rte_pktmbuf_free_bulk(group.data(), kGroup);
        packets_ += kGroup;
    }
    return {};
}

Circuit::Checked Circuit::take(const Process& process, Way way, Group& group) {
    for (uint32_t done = 0; done < kGroup; done += kBurstSize) {
        const std::span burst = std::span(group).subspan(done, kBurstSize);
        out_.clear();
        process(way, burst, now_ns_, out_);
        now_ns_ += kBurstTime;
        if (!out_.dropped().empty()) {
            const api::DropReason reason = out_.dropped().front().reason;
            return tl::unexpected(fmt::format(
                "{}: {} packets of a burst were dropped: {}",
                case_of(way),
                out_.dropped().size(),
                api::name_of(reason)
            ));
        }
        if (out_.transmits().size() != kBurstSize) {
            return tl::unexpected(fmt::format("{}: packets were lost", case_of(way)));
        }
        std::transform(
            out_.transmits().begin(),
            out_.transmits().end(),
            burst.begin(),
            [](const BurstOutput::Transmit& transmit) { return transmit.packet; }
        );
    }
    return {};
}

Circuit::Checked Circuit::make(Group& group, std::span<const uint64_t> flows, Way way) {
    if (rte_pktmbuf_alloc_bulk(pool_, group.data(), kGroup) != 0) {
        return tl::unexpected<std::string>("packet buffers leaked");
    }
    for (uint32_t i = 0; i < kGroup; ++i) {
        const uint32_t size = inner_size(way, shape_.payload.of(i));
        const Expected wanted = before(way, flows[i], flow_tuple(flows[i], shape_.n_prefixes));
        auto* frame = reinterpret_cast<uint8_t*>(
            rte_pktmbuf_append(group[i], static_cast<uint16_t>(kEthernetSize + size))
        );
        std::copy(wanted.ethernet.begin(), wanted.ethernet.end(), frame);
        write_packet({frame + kEthernetSize, size}, wanted.tuple, wanted.ttl, packets_ + i);
    }
    return {};
}

Circuit::Checked Circuit::check(Group& group, std::span<const uint64_t> flows, Way way) {
    std::array<uint8_t, kMaxFrame> wanted_packet;
    for (uint32_t i = 0; i < kGroup; ++i) {
        const uint32_t size = inner_size(way, shape_.payload.of(i));
        const Expected wanted = after(way, flows[i], flow_tuple(flows[i], shape_.n_prefixes));
        write_packet({wanted_packet.data(), size}, wanted.tuple, wanted.ttl, packets_ + i);
        const auto* frame = rte_pktmbuf_mtod(group[i], const uint8_t*);
        const bool right = rte_pktmbuf_data_len(group[i]) == kEthernetSize + size &&
                           (!wanted.compare_ethernet ||
                            std::equal(wanted.ethernet.begin(), wanted.ethernet.end(), frame)) &&
                           std::memcmp(frame + kEthernetSize, wanted_packet.data(), size) == 0;
        if (!right) {
            return tl::unexpected(
                fmt::format("{}: a packet came out different from what it must be", case_of(way))
            );
        }
    }
    return {};
}

}  // namespace egret::bench
