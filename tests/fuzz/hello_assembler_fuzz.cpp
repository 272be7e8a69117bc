// SPDX-License-Identifier: Apache-2.0
#include "fuzz_check.hpp"
#include "names/hello_assembler.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

using egret::api::ServerName;
using egret::names::find_server_name;
using egret::names::HelloAssembler;
using egret::names::HelloStatus;
using egret::test::require;
using egret::test::require_host_name;

namespace {

constexpr size_t kPlanSize = 16;
constexpr uint32_t kFirstSequence = 0xfffffff0;

/// Sends the stream in order, in segments whose sizes and overlaps the plan gives: the answer has to be the one for the whole.
void send_in_order(std::span<const uint8_t> plan, std::span<const uint8_t> stream) {
    HelloAssembler assembler{2};
    size_t sent = 0;
    for (size_t i = 0; sent < stream.size(); ++i) {
        const uint8_t step = plan[i % plan.size()];
        const size_t overlap = std::min<size_t>(sent, step >> 5);
        const size_t fresh = std::min<size_t>(stream.size() - sent, 1U + size_t{step & 31U} * 8U);
        const auto segment = stream.subspan(sent - overlap, overlap + fresh);
        const auto sequence = kFirstSequence + static_cast<uint32_t>(sent - overlap);
        sent += fresh;

        ServerName name;
        ServerName expected_name;
        const HelloStatus status = assembler.add(1, sequence, segment, name);
        require(status == find_server_name(stream.first(sent), expected_name));
        require(name.view() == expected_name.view());
        if (status != HelloStatus::need_more) {
            require(assembler.n_held() == 0);
            return;
        }
        require(assembler.n_held() == 1);
    }
}

/// Sends pieces at any offset to a few flows: nothing but host names may come out.
void send_anyhow(std::span<const uint8_t> plan, std::span<const uint8_t> stream) {
    HelloAssembler assembler{2};
    for (const uint8_t step : plan) {
        const size_t from = std::min<size_t>(stream.size(), size_t{step & 15U} * 16U);
        const size_t size = std::min<size_t>(stream.size() - from, 64);
        ServerName name;
        const uint64_t flow = step >> 6;
        const uint32_t sequence = kFirstSequence + (step & 31U) * 16U;
        if (assembler.add(flow, sequence, stream.subspan(from, size), name) == HelloStatus::name) {
            require_host_name(name);
        }
        require(assembler.n_held() <= 2);
    }
}

}  // namespace

/// The first kPlanSize bytes say how the rest, a TCP stream, is sent.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::span input{data, size};
    if (size > kPlanSize) {
        send_in_order(input.first(kPlanSize), input.subspan(kPlanSize));
        send_anyhow(input.first(kPlanSize), input.subspan(kPlanSize));
    }
    return 0;
}
