// SPDX-License-Identifier: Apache-2.0
#include "raw_aead.hpp"

#include "circuit.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <cstring>

namespace egret::bench {
namespace {

constexpr std::array<std::byte, crypto::kAeadKeySize> kKey{std::byte{0x42}};

/// Where the texts of the pipeline's data messages begin, to have the same alignment: a claim in front of the IP packet that
/// came behind an Ethernet header.
std::byte* text_of(rte_mbuf* packet) {
    return rte_pktmbuf_mtod_offset(packet, std::byte*, kEthernetSize - kClaimSize);
}

}  // namespace

RawAead::RawAead(rte_mempool* pool, const crypto::AeadBackend& backend, Payload payload)
    : pool_(pool),
      backend_(backend),
      key_(backend, kKey),
      payload_(payload) {}

tl::expected<void, std::string> RawAead::lap(bool measured) {
    std::array<rte_mbuf*, kGroup> packets;
    if (rte_pktmbuf_alloc_bulk(pool_, packets.data(), kGroup) != 0) {
        return tl::unexpected<std::string>("packet buffers leaked");
    }
    fill(packets);
    seal_cycles_ = open_cycles_ = 0;
    seal(packets);
    counter_ -= kGroup;
    const bool opened = open(packets) && unchanged(packets);
    rte_pktmbuf_free_bulk(packets.data(), kGroup);
    if (!opened) {
        return tl::unexpected<std::string>("raw AEAD: a sealed message did not open");
    }
    if (measured) {
        sealing_.add(static_cast<double>(seal_cycles_) / kGroup);
        opening_.add(static_cast<double>(open_cycles_) / kGroup);
    }
    return {};
}

/// Each message holds its number over and over: what a fresh buffer held before cannot pass for it.
void RawAead::fill(std::span<rte_mbuf* const> packets) const {
    for (size_t i = 0; i < packets.size(); ++i) {
        std::memset(text_of(packets[i]), static_cast<int>((counter_ + i) & 0xff), payload_.of(i));
    }
}

bool RawAead::unchanged(std::span<rte_mbuf* const> packets) const {
    const uint64_t first = counter_ - packets.size();
    for (size_t i = 0; i < packets.size(); ++i) {
        const auto byte = static_cast<std::byte>((first + i) & 0xff);
        const std::byte* text = text_of(packets[i]);
        // All bytes are equal to the first one if each is equal to the next.
        if (text[0] != byte || std::memcmp(text, text + 1, payload_.of(i) - 1) != 0) {
            return false;
        }
    }
    return true;
}

std::array<crypto::AeadJob, kBurstSize>
RawAead::jobs(std::span<rte_mbuf* const> packets, size_t first, size_t tag) noexcept {
    std::array<crypto::AeadJob, kBurstSize> jobs;
    for (size_t i = 0; i < kBurstSize; ++i) {
        jobs[i] = {
            .key = &key_,
            .counter = counter_++,
            .text = text_of(packets[first + i]),
            .size_bytes = payload_.of(first + i) + static_cast<uint32_t>(tag),
        };
    }
    return jobs;
}

void RawAead::before_burst() {
    if (caches_ != nullptr) {
        caches_->walk();
    }
    watch_.start();
}

void RawAead::seal(std::span<rte_mbuf* const> packets) {
    for (size_t done = 0; done < packets.size(); done += kBurstSize) {
        before_burst();
        auto burst = jobs(packets, done, 0);
        backend_.seal(burst);
        seal_cycles_ += watch_.lap();
    }
}

bool RawAead::open(std::span<rte_mbuf* const> packets) {
    bool all_opened = true;
    for (size_t done = 0; done < packets.size(); done += kBurstSize) {
        before_burst();
        auto burst = jobs(packets, done, crypto::kAeadTagSize);
        backend_.open(burst);
        open_cycles_ += watch_.lap();
        all_opened =
            all_opened && std::all_of(burst.begin(), burst.end(), [](const crypto::AeadJob& job) {
                return job.ok;
            });
    }
    return all_opened;
}

}  // namespace egret::bench
