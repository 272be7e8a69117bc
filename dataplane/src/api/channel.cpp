// SPDX-License-Identifier: Apache-2.0
#include <egret/api/channel.hpp>

#include <cerrno>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace egret::api {
namespace {

/// Room for a burst of messages on their way; the kernel may grant less.
constexpr int kSocketBufferBytes = 4 << 20;

std::string reason(const std::string& what) {
    return what + ": " + std::strerror(errno);
}

tl::expected<sockaddr_un, std::string> address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
        return tl::unexpected(
            path + ": is longer than the " + std::to_string(sizeof(address.sun_path) - 1) +
            " characters a socket's path can have; choose a shorter run directory"
        );
    }
    path.copy(address.sun_path, path.size());
    return address;
}

tl::expected<Descriptor, std::string> make_socket() {
    Descriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.open()) {
        return tl::unexpected(reason("a socket could not be made"));
    }
    return socket;
}

void grow_buffers(int socket) noexcept {
    const int bytes = kSocketBufferBytes;
    setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
    setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

/// The other end's user; root and our own may talk.
tl::expected<void, std::string> check_user(int socket) {
    ucred credentials{};
    socklen_t size = sizeof(credentials);
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
        return tl::unexpected(reason("the other end's user could not be read"));
    }
    if (credentials.uid != 0 && credentials.uid != geteuid()) {
        return tl::unexpected(
            "refused a connection of user " + std::to_string(credentials.uid) + " (process " +
            std::to_string(credentials.pid) + "): only root and user " + std::to_string(geteuid()) +
            " may connect"
        );
    }
    return {};
}

/// True if somebody listens at `address`.
bool somebody_listens(const sockaddr_un& address) {
    const Descriptor probe(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    return probe.open() &&
           ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) ==
               0;
}

template <class... Bodies>
struct BodyList {
    static constexpr size_t size_of(MessageType type) noexcept {
        size_t size = 0;
        ((size = type == Bodies::kType ? sizeof(Bodies) : size), ...);
        return size;
    }

    static constexpr bool fit =
        ((sizeof(Bodies) <= Message::kMaxSize - sizeof(MessageHeader)) && ...);
};

using AllBodies = BodyList<
    Hello,
    Answer,
    PuntMessage,
    EventMessage,
    CountersMessage,
    SessionPage,
    PeerPage,
    PortPage,
    NeighbourPage,
    FlowPage,
    Publish,
    Install,
    Retire,
    SetPeerState,
    SendHandshake,
    List,
    Capture>;
static_assert(AllBodies::fit);

/// The first descriptor in the control data; others, which nobody sends, are closed.
Descriptor take_descriptor(msghdr& message) noexcept {
    Descriptor taken;
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        const size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < n; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
            Descriptor next(fd);
            if (!taken.open()) {
                taken = std::move(next);
            }
        }
    }
    return taken;
}

}  // namespace

Descriptor::~Descriptor() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

size_t body_size(MessageType type) noexcept {
    return AllBodies::size_of(type);
}

tl::expected<Channel, std::string> Channel::connect(const std::string& path) {
    const auto address = address_of(path);
    if (!address) {
        return tl::unexpected(address.error());
    }
    auto socket = make_socket();
    if (!socket) {
        return tl::unexpected(socket.error());
    }
    if (::connect(socket->get(), reinterpret_cast<const sockaddr*>(&*address), sizeof(*address)) !=
        0) {
        return tl::unexpected(reason(path));
    }
    if (const auto allowed = check_user(socket->get()); !allowed) {
        return tl::unexpected(path + ": " + allowed.error());
    }
    grow_buffers(socket->get());
    return Channel(std::move(*socket));
}

ChannelStatus
Channel::send_parts(const MessageHeader& header, std::span<const std::byte> body, int descriptor) {
    if (!open()) {
        return ChannelStatus::closed;
    }
    // sendmsg does not write through them.
    std::array<iovec, 2> parts{
        iovec{const_cast<MessageHeader*>(&header), sizeof(header)},
        iovec{const_cast<std::byte*>(body.data()), body.size()}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    if (descriptor >= 0) {
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        cmsghdr* rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int));
        std::memcpy(CMSG_DATA(rights), &descriptor, sizeof(descriptor));
    }
    while (sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        if (errno == EAGAIN || errno == ENOBUFS) {
            return ChannelStatus::nothing;
        }
        if (errno != EINTR) {
            close();
            return ChannelStatus::closed;
        }
    }
    return ChannelStatus::ok;
}

ChannelStatus Channel::receive(Message& message) {
    if (!open()) {
        return ChannelStatus::closed;
    }
    iovec part{message.bytes.data(), message.bytes.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(4 * sizeof(int))> control{};
    msghdr envelope{};
    envelope.msg_iov = &part;
    envelope.msg_iovlen = 1;
    envelope.msg_control = control.data();
    envelope.msg_controllen = control.size();
    const ssize_t size = recvmsg(socket_.get(), &envelope, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        return ChannelStatus::nothing;
    }
    message.descriptor = take_descriptor(envelope);
    if (size <= 0) {
        close();
        return ChannelStatus::closed;
    }
    const auto received = static_cast<size_t>(size);
    if (received < sizeof(MessageHeader) || (envelope.msg_flags & MSG_TRUNC) != 0) {
        return refuse("a message of " + std::to_string(received) + " bytes, which no message has");
    }
    std::memcpy(&message.header, message.bytes.data(), sizeof(MessageHeader));
    const MessageHeader& header = message.header;
    if (header.magic != kMagic || header.version != kVersion) {
        return refuse(
            header.magic != kMagic
                ? std::string("a message that is none of Egret's")
                : "a message of protocol version " + std::to_string(header.version) +
                      ", but this program speaks version " + std::to_string(kVersion) +
                      ": install egretd and egret-dataplane of one release"
        );
    }
    const size_t body = body_size(header.type);
    if (body == 0 || received != sizeof(header) + body || header.size_bytes != received) {
        return refuse(
            "a message of type " + std::to_string(static_cast<unsigned>(header.type)) + " with " +
            std::to_string(received) + " bytes, which is unknown or of another size"
        );
    }
    return ChannelStatus::ok;
}

ChannelStatus Channel::refuse(std::string why) {
    why_ = std::move(why);
    close();
    return ChannelStatus::refused;
}

tl::expected<ChannelListener, std::string> ChannelListener::listen(const std::string& path) {
    const auto address = address_of(path);
    if (!address) {
        return tl::unexpected(address.error());
    }
    auto socket = make_socket();
    if (!socket) {
        return tl::unexpected(socket.error());
    }
    if (somebody_listens(*address)) {
        return tl::unexpected(
            path + ": another egret-dataplane runs there; stop it or choose another --run-dir"
        );
    }
    unlink(path.c_str());
    const mode_t before = umask(S_IRWXG | S_IRWXO);
    const int bound =
        bind(socket->get(), reinterpret_cast<const sockaddr*>(&*address), sizeof(*address));
    umask(before);
    if (bound != 0 || ::listen(socket->get(), 4) != 0) {
        return tl::unexpected(reason(path));
    }
    return ChannelListener(std::move(*socket));
}

tl::expected<Channel, std::string> ChannelListener::accept() {
    Descriptor connection(accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!connection.open()) {
        return tl::unexpected(std::string());
    }
    if (const auto allowed = check_user(connection.get()); !allowed) {
        return tl::unexpected(allowed.error());
    }
    grow_buffers(connection.get());
    return Channel(std::move(connection));
}

}  // namespace egret::api
