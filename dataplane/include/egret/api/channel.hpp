// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/messages.hpp>

#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <sys/types.h>
#include <tl/expected.hpp>
#include <utility>

namespace egret::api {

/// A file descriptor that closes itself.
class Descriptor {
  public:
    Descriptor() = default;

    explicit Descriptor(int fd) noexcept
        : fd_(fd) {}

    Descriptor(Descriptor&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)) {}

    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor();

    [[nodiscard]] int get() const noexcept { return fd_; }

    [[nodiscard]] bool open() const noexcept { return fd_ >= 0; }

  private:
    int fd_ = -1;
};

/// A message as it came: its header was checked, its body has the size its type demands.
struct Message {
    /// Room for the largest body.
    static constexpr size_t kMaxSize = sizeof(MessageHeader) + sizeof(FlowPage) + 64;

    alignas(16) std::array<std::byte, kMaxSize> bytes;
    MessageHeader header;
    Descriptor descriptor;  ///< that came along, if one did

    /// The body, if the message is of that type; nullptr otherwise.
    template <class Body>
    [[nodiscard]] const Body* as() const noexcept {
        static_assert(std::is_trivially_copyable_v<Body>);
        return header.type == Body::kType
                   ? reinterpret_cast<const Body*>(bytes.data() + sizeof(MessageHeader))
                   : nullptr;
    }
};

enum class ChannelStatus : uint8_t {
    ok,
    nothing,  ///< receive: no message waits. send: the other end is behind; try again later
    closed,   ///< by the other end, or broken
    refused,  ///< receive: what came is no message of this protocol
};

/// One end of the connection between control and dataplane; never blocks. Threads: one owner.
class Channel {
  public:
    Channel() = default;

    explicit Channel(Descriptor socket) noexcept
        : socket_(std::move(socket)) {}

    /// Connects to a listening dataplane that runs as root or as this process's user.
    /// Error: one sentence.
    [[nodiscard]] static tl::expected<Channel, std::string> connect(const std::string& path);

    /// Sends one message, with a descriptor if `descriptor` is not negative; the caller's stays open.
    template <class Body>
    [[nodiscard]] ChannelStatus send(const Body& body, uint32_t request = 0, int descriptor = -1) {
        static_assert(std::is_trivially_copyable_v<Body>);
        MessageHeader header;
        header.type = Body::kType;
        header.size_bytes = sizeof(header) + sizeof(body);
        header.request = request;
        return send_parts(header, std::as_bytes(std::span(&body, 1)), descriptor);
    }

    /// Takes the oldest message. On `refused`, `why()` says what was wrong with it.
    [[nodiscard]] ChannelStatus receive(Message& message);

    [[nodiscard]] const std::string& why() const noexcept { return why_; }

    [[nodiscard]] bool open() const noexcept { return socket_.open(); }

    [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }

    void close() noexcept { socket_ = Descriptor(); }

  private:
    ChannelStatus
    send_parts(const MessageHeader& header, std::span<const std::byte> body, int descriptor);
    ChannelStatus refuse(std::string why);

    Descriptor socket_;
    std::string why_;
};

/// Where a dataplane waits for control. An old socket file of a process that is gone is replaced.
class ChannelListener {
  public:
    /// Error: one sentence, for instance that another process listens there.
    [[nodiscard]] static tl::expected<ChannelListener, std::string> listen(const std::string& path);
    ChannelListener(ChannelListener&&) = default;
    ChannelListener& operator=(ChannelListener&&) = default;

    /// The next connection, of a process that runs as root or as this process's user; others are closed, and the error
    /// names their user. An empty error: nobody waits.
    [[nodiscard]] tl::expected<Channel, std::string> accept();

    [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }

  private:
    explicit ChannelListener(Descriptor socket) noexcept
        : socket_(std::move(socket)) {}

    Descriptor socket_;
};

/// The size of the body a message of this type has; 0 for an unknown type.
[[nodiscard]] size_t body_size(MessageType type) noexcept;

/// A memfd that holds `bytes` and can no longer change. Error: one sentence.
[[nodiscard]] tl::expected<Descriptor, std::string> make_sealed(std::span<const std::byte> bytes);

/// The bytes of a sealed memfd, mapped for reading while the object lives. A descriptor that could still change or is
/// larger than `max_bytes` is refused before it is mapped.
class SealedBytes {
  public:
    [[nodiscard]] static tl::expected<SealedBytes, std::string>
    map(const Descriptor& memfd, size_t size_bytes, size_t max_bytes);

    SealedBytes(SealedBytes&& other) noexcept
        : bytes_(std::exchange(other.bytes_, {})) {}

    SealedBytes& operator=(SealedBytes&&) = delete;
    ~SealedBytes();

    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }

  private:
    explicit SealedBytes(std::span<const std::byte> bytes) noexcept
        : bytes_(bytes) {}

    std::span<const std::byte> bytes_;
};

}  // namespace egret::api
