// SPDX-License-Identifier: Apache-2.0
#include "udp_socket.hpp"

#include "clock.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <utility>

namespace egret::test {

namespace {

constexpr int kBufferBytes = 64 << 20;
constexpr size_t kBatch = 64;

/// A socket address of either family.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

SocketAddress socket_address(const api::Endpoint& endpoint) {
    SocketAddress result;
    if (endpoint.address.family == api::Family::ipv4) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(endpoint.port);
        std::memcpy(&address.sin_addr, endpoint.address.bytes.data(), 4);
        std::memcpy(&result.storage, &address, sizeof(address));
        result.size = sizeof(address);
    } else {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_port = htons(endpoint.port);
        std::memcpy(&address.sin6_addr, endpoint.address.bytes.data(), 16);
        std::memcpy(&result.storage, &address, sizeof(address));
        result.size = sizeof(address);
    }
    return result;
}

api::Endpoint endpoint_of(const sockaddr_storage& storage) {
    api::Endpoint endpoint;
    if (storage.ss_family == AF_INET) {
        sockaddr_in address{};
        std::memcpy(&address, &storage, sizeof(address));
        endpoint.address.family = api::Family::ipv4;
        std::memcpy(endpoint.address.bytes.data(), &address.sin_addr, 4);
        endpoint.port = ntohs(address.sin_port);
    } else {
        sockaddr_in6 address{};
        std::memcpy(&address, &storage, sizeof(address));
        endpoint.address.family = api::Family::ipv6;
        std::memcpy(endpoint.address.bytes.data(), &address.sin6_addr, 16);
        endpoint.port = ntohs(address.sin6_port);
    }
    return endpoint;
}

/// Room for the address of this host in a datagram's ancillary data (ip(7), ipv6(7)).
union PacketInfo {
    cmsghdr header;
    std::array<char, CMSG_SPACE(sizeof(in6_pktinfo))> bytes;
};

/// The address a datagram was sent to, out of its ancillary data.
api::IpAddress own_address(msghdr& message) {
    api::IpAddress address;
    for (cmsghdr* info = CMSG_FIRSTHDR(&message); info != nullptr;
         info = CMSG_NXTHDR(&message, info)) {
        if (info->cmsg_level == IPPROTO_IP && info->cmsg_type == IP_PKTINFO) {
            in_pktinfo ipv4{};
            std::memcpy(&ipv4, CMSG_DATA(info), sizeof(ipv4));
            address.family = api::Family::ipv4;
            std::memcpy(address.bytes.data(), &ipv4.ipi_addr, 4);
        } else if (info->cmsg_level == IPPROTO_IPV6 && info->cmsg_type == IPV6_PKTINFO) {
            in6_pktinfo ipv6{};
            std::memcpy(&ipv6, CMSG_DATA(info), sizeof(ipv6));
            address.family = api::Family::ipv6;
            std::memcpy(address.bytes.data(), &ipv6.ipi6_addr, 16);
        }
    }
    return address;
}

/// Makes `message` leave from `source`.
void set_own_address(msghdr& message, PacketInfo& info, const api::IpAddress& source) {
    const bool is_ipv4 = source.family == api::Family::ipv4;
    message.msg_control = &info;
    message.msg_controllen =
        is_ipv4 ? CMSG_SPACE(sizeof(in_pktinfo)) : CMSG_SPACE(sizeof(in6_pktinfo));
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (is_ipv4) {
        in_pktinfo ipv4{};
        std::memcpy(&ipv4.ipi_spec_dst, source.bytes.data(), 4);
        header->cmsg_level = IPPROTO_IP;
        header->cmsg_type = IP_PKTINFO;
        header->cmsg_len = CMSG_LEN(sizeof(ipv4));
        std::memcpy(CMSG_DATA(header), &ipv4, sizeof(ipv4));
    } else {
        in6_pktinfo ipv6{};
        std::memcpy(&ipv6.ipi6_addr, source.bytes.data(), 16);
        header->cmsg_level = IPPROTO_IPV6;
        header->cmsg_type = IPV6_PKTINFO;
        header->cmsg_len = CMSG_LEN(sizeof(ipv6));
        std::memcpy(CMSG_DATA(header), &ipv6, sizeof(ipv6));
    }
}

void set_option(int socket, int level, int name, int value) {
    // Those that need rights are a help, not a must.
    (void)setsockopt(socket, level, name, &value, sizeof(value));
}

}  // namespace

tl::expected<UdpSocket, std::string> UdpSocket::bind(const api::Endpoint& own) {
    const bool is_ipv4 = own.address.family == api::Family::ipv4;
    api::Descriptor socket(
        ::socket(is_ipv4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
    );
    if (!socket.open()) {
        return tl::unexpected(std::string("no socket: ") + std::strerror(errno));
    }
    set_option(socket.get(), SOL_SOCKET, SO_RCVBUFFORCE, kBufferBytes);
    set_option(socket.get(), SOL_SOCKET, SO_SNDBUFFORCE, kBufferBytes);
    if (is_ipv4) {
        set_option(socket.get(), IPPROTO_IP, IP_PKTINFO, 1);
    } else {
        set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
        set_option(socket.get(), IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    }
    const SocketAddress address = socket_address(own);
    const auto* plain = reinterpret_cast<const sockaddr*>(&address.storage);
    if (::bind(socket.get(), plain, address.size) != 0) {
        return tl::unexpected("cannot bind " + api::to_text(own) + ": " + std::strerror(errno));
    }
    return UdpSocket(std::move(socket));
}

bool UdpSocket::send(
    const api::Endpoint& destination,
    std::span<const std::byte> bytes,
    const api::IpAddress& source
) const {
    SocketAddress address = socket_address(destination);
    // sendmsg does not write to what it sends.
    iovec part{const_cast<std::byte*>(bytes.data()), bytes.size()};
    msghdr message{};
    message.msg_name = &address.storage;
    message.msg_namelen = address.size;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    PacketInfo info{};
    if (source.present()) {
        set_own_address(message, info, source);
    }
    return sendmsg(socket_.get(), &message, 0) == static_cast<ssize_t>(bytes.size());
}

size_t UdpSocket::receive(const std::function<void(const Arrival&)>& handle) const {
    std::array<std::array<std::byte, kMaxDatagram>, kBatch> buffers;
    std::array<sockaddr_storage, kBatch> sources;
    std::array<PacketInfo, kBatch> infos;
    std::array<iovec, kBatch> parts{};
    std::array<mmsghdr, kBatch> messages{};
    size_t total = 0;
    int n = 0;
    do {
        for (size_t i = 0; i < kBatch; ++i) {
            parts[i] = {buffers[i].data(), buffers[i].size()};
            messages[i].msg_hdr = {
                .msg_name = &sources[i],
                .msg_namelen = sizeof(sources[i]),
                .msg_iov = &parts[i],
                .msg_iovlen = 1,
                .msg_control = &infos[i],
                .msg_controllen = sizeof(infos[i]),
                .msg_flags = 0,
            };
        }
        n = recvmmsg(socket_.get(), messages.data(), kBatch, MSG_DONTWAIT, nullptr);
        for (size_t i = 0; n > 0 && i < static_cast<size_t>(n); ++i) {
            const std::span<std::byte> bytes(buffers[i].data(), messages[i].msg_len);
            handle({endpoint_of(sources[i]), own_address(messages[i].msg_hdr), bytes});
            ++total;
        }
    } while (n == static_cast<int>(kBatch));
    return total;
}

void UdpSocket::wait(uint64_t deadline_ns) const {
    const uint64_t now = now_ns();
    const uint64_t left = deadline_ns > now ? deadline_ns - now : 0;
    const timespec timeout{
        static_cast<time_t>(left / kSecondNs),
        static_cast<long>(left % kSecondNs),
    };
    pollfd entry{socket_.get(), POLLIN, 0};
    // A signal or an error ends the wait early; the caller's loop looks at the clock and the socket again.
    (void)ppoll(&entry, 1, &timeout, nullptr);
}

}  // namespace egret::test
