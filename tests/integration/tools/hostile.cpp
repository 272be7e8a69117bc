// SPDX-License-Identifier: Apache-2.0
#include "hostile.hpp"

#include "clock.hpp"
#include "dissect.hpp"

#include <egret/crypto/handshake.hpp>
#include <egret/crypto/messages.hpp>

#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

namespace egret::test {

namespace {

constexpr size_t kStrangers = 64;
constexpr size_t kLargest = 1472;  ///< a UDP payload on a 1500-byte path

struct CloseCapture {
    void operator()(pcap_t* capture) const noexcept { pcap_close(capture); }
};

}  // namespace

tl::expected<std::vector<Bytes>, std::string>
read_payloads(const std::string& capture, uint16_t port) {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    const std::unique_ptr<pcap_t, CloseCapture> file(
        pcap_open_offline(capture.c_str(), error.data())
    );
    if (file == nullptr) {
        return tl::unexpected(std::string(error.data()));
    }
    std::vector<Bytes> payloads;
    pcap_pkthdr* header = nullptr;
    const u_char* bytes = nullptr;
    while (pcap_next_ex(file.get(), &header, &bytes) == 1) {
        const auto packet = dissect(Bytes(bytes, bytes + header->caplen));
        if (packet && packet->protocol == kUdpProtocol && packet->destination_port == port) {
            payloads.push_back(packet->payload);
        }
    }
    return payloads;
}

HostileDatagrams::HostileDatagrams(const crypto::PublicKey& node, std::vector<Bytes> seen)
    : node_(node),
      mac1_key_(node),
      seen_(std::move(seen)) {
    for (size_t i = 0; i < kStrangers; ++i) {
        initiations_.push_back(forged_initiation());
    }
}

bool HostileDatagrams::is_kind(std::string_view kind) noexcept {
    constexpr std::array
        kKinds{"garbage", "truncated", "replayed", "forged", "stray", "answers", "data"};
    return std::ranges::find(kKinds, kind) != kKinds.end();
}

Bytes HostileDatagrams::make(std::string_view kind) {
    ++made_;
    if (kind == "garbage") {
        return random_bytes(random_.below(kLargest + 1));
    }
    if (kind == "truncated") {
        return truncated();
    }
    if (kind == "replayed") {
        return seen_[next_seen_++ % seen_.size()];
    }
    if (kind == "forged") {
        return initiations_[made_ % initiations_.size()];
    }
    if (kind == "stray") {
        return message(crypto::kMessageInitiation, crypto::kInitiationSize);
    }
    if (kind == "answers") {
        return answer_to_nothing();
    }
    return message(crypto::kMessageData, crypto::kDataMinSize + 16 * random_.below(80));
}

Bytes HostileDatagrams::random_bytes(size_t size) {
    Bytes bytes(size);
    random_.fill(std::as_writable_bytes(std::span(bytes)));
    return bytes;
}

/// Random bytes that look like a message of this type.
Bytes HostileDatagrams::message(uint8_t type, size_t size) {
    Bytes bytes = random_bytes(size);
    bytes[0] = type;
    std::fill_n(bytes.begin() + 1, 3, uint8_t{0});
    return bytes;
}

Bytes HostileDatagrams::forged_initiation() {
    const crypto::KeyPair stranger = crypto::KeyPair::generate(random_);
    const auto identity = crypto::PeerIdentity::derive(stranger, node_);
    std::array<std::byte, crypto::kInitiationSize> bytes{};
    const auto time = crypto::Tai64n::from_unix_ns(unix_ns());
    if (!identity || !crypto::Initiator::start(
                         {crypto::Suite::wireguard, stranger, *identity, random_.next_u32(), time},
                         crypto::KeyPair::generate(random_),
                         bytes
                     )) {
        std::abort();
    }
    mac1_key_.write(bytes);
    Bytes made(bytes.size());
    std::ranges::transform(bytes, made.begin(), [](std::byte byte) {
        return std::to_integer<uint8_t>(byte);
    });
    return made;
}

Bytes HostileDatagrams::truncated() {
    const bool own = seen_.empty() || made_ % 2 == 0;
    Bytes bytes = own ? initiations_[made_ % initiations_.size()] : seen_[made_ % seen_.size()];
    bytes.resize(random_.below(static_cast<uint32_t>(std::max<size_t>(bytes.size(), 1))));
    return bytes;
}

Bytes HostileDatagrams::answer_to_nothing() {
    if (made_ % 2 == 0) {
        return message(crypto::kMessageCookieReply, crypto::kCookieReplySize);
    }
    Bytes response = message(crypto::kMessageResponse, crypto::kResponseSize);
    mac1_key_.write(std::as_writable_bytes(std::span(response)));
    return response;
}

}  // namespace egret::test
