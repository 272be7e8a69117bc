// SPDX-License-Identifier: Apache-2.0
// The socket between control and dataplane: what comes out of it is a message of this version, or the end.
#include "control_fixture.hpp"

#include <egret/api/channel.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <poll.h>
#include <span>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <CppUTest/TestHarness.h>

using namespace egret;
using api::Channel;
using api::ChannelListener;
using api::ChannelStatus;
using api::Descriptor;

namespace {

constexpr unsigned kSomeUser = 65'534;

/// The bytes of a message as its sender writes them.
template <class Body>
std::vector<std::byte>
written(const Body& body, const std::function<void(api::MessageHeader&)>& change = {}) {
    api::MessageHeader header;
    header.type = Body::kType;
    header.size_bytes = sizeof(header) + sizeof(body);
    if (change) {
        change(header);
    }
    std::vector<std::byte> bytes(sizeof(header) + sizeof(body));
    std::memcpy(bytes.data(), &header, sizeof(header));
    std::memcpy(bytes.data() + sizeof(header), &body, sizeof(body));
    return bytes;
}

int open_files() {
    int n = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator("/proc/self/fd")) {
        ++n;
    }
    return n;
}

/// A child process that connects to `path` as another user and waits until it is turned away.
pid_t connect_as(unsigned user, const std::string& path) {
    const pid_t child = fork();
    if (child != 0) {
        return child;
    }
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(static_cast<char*>(address.sun_path), sizeof(address.sun_path) - 1);
    const int socket = ::socket(AF_UNIX, SOCK_SEQPACKET, 0);
    std::byte byte{};
    const bool connected =
        setresuid(user, user, user) == 0 &&
        ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    // The parent's sanitizer and test runner are not the child's to end.
    _exit(connected && ::recv(socket, &byte, 1, 0) == 0 ? 0 : 1);
}

}  // namespace

TEST_GROUP(Channel)
{
    test::TempFolder folder;
    std::string path = (folder.path() / api::kDataplaneSocket).string();
    api::Message message;

    /// What becomes of these bytes at the other end.
    ChannelStatus receive(std::span<const std::byte> bytes, std::string* why = nullptr) {
        std::array<int, 2> ends{};
        LONGS_EQUAL(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()));
        const Descriptor sender(ends[0]);
        Channel receiver{Descriptor(ends[1])};
        LONGS_EQUAL(bytes.size(), ::send(sender.get(), bytes.data(), bytes.size(), 0));
        const ChannelStatus status = receiver.receive(message);
        if (why != nullptr) {
            *why = receiver.why();
        }
        CHECK(receiver.open() == (status == ChannelStatus::ok));
        return status;
    }
};

TEST(Channel, AMessageArrivesAsItWasSent) {
    auto listener = ChannelListener::listen(path).value();
    Channel control = Channel::connect(path).value();
    Channel dataplane = listener.accept().value();
    api::SetPeerState body;
    body.peer = 42;
    body.state = api::PeerState::down;
    CHECK(control.send(body, 7) == ChannelStatus::ok);
    CHECK(dataplane.receive(message) == ChannelStatus::ok);
    LONGS_EQUAL(7, message.header.request);
    LONGS_EQUAL(42, message.as<api::SetPeerState>()->peer);
    CHECK(message.as<api::SetPeerState>()->state == api::PeerState::down);
    POINTERS_EQUAL(nullptr, message.as<api::Retire>());
    CHECK(dataplane.receive(message) == ChannelStatus::nothing);
    control.close();
    CHECK(dataplane.receive(message) == ChannelStatus::closed);
    CHECK_FALSE(dataplane.open());
    CHECK(dataplane.send(body) == ChannelStatus::closed);
}

TEST(Channel, ADescriptorComesAlongAndOthersAreClosed) {
    std::array<int, 2> ends{};
    LONGS_EQUAL(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()));
    Channel sender{Descriptor(ends[0])};
    Channel receiver{Descriptor(ends[1])};
    const Descriptor file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const int before = open_files();
    CHECK(sender.send(api::Publish{}, 1, file.get()) == ChannelStatus::ok);
    CHECK(receiver.receive(message) == ChannelStatus::ok);
    CHECK(message.descriptor.open());
    CHECK(message.descriptor.get() != file.get());
    CHECK(sender.send(api::Publish{}, 2) == ChannelStatus::ok);
    CHECK(receiver.receive(message) == ChannelStatus::ok);
    CHECK_FALSE(message.descriptor.open());
    LONGS_EQUAL(before, open_files());
}

TEST(Channel, ShortAndLongMessagesAreRefused) {
    const auto good = written(api::Retire{});
    CHECK(receive(good) == ChannelStatus::ok);
    for (size_t n = 1; n < good.size(); ++n) {
        CHECK(receive(std::span(good).first(n)) == ChannelStatus::refused);
    }
    auto longer = good;
    longer.push_back(std::byte{0});
    CHECK(receive(longer) == ChannelStatus::refused);
    std::string why;
    const std::vector<std::byte> huge(api::Message::kMaxSize + 1);
    CHECK(receive(huge, &why) == ChannelStatus::refused);
    CHECK_FALSE(why.empty());
}

TEST(Channel, AWrongSizeInTheHeaderIsRefused) {
    const auto bytes =
        written(api::Retire{}, [](api::MessageHeader& header) { header.size_bytes -= 1; });
    CHECK(receive(bytes) == ChannelStatus::refused);
}

TEST(Channel, AnUnknownTypeIsRefused) {
    std::string why;
    for (const unsigned type : {static_cast<unsigned>(api::MessageType::count), 0xffffU}) {
        const auto bytes = written(api::Retire{}, [type](api::MessageHeader& header) {
            header.type = static_cast<api::MessageType>(type);
        });
        CHECK(receive(bytes, &why) == ChannelStatus::refused);
        STRCMP_CONTAINS("unknown", why.c_str());
    }
}

TEST(Channel, AnotherVersionIsRefusedAndNamed) {
    std::string why;
    const auto bytes = written(api::Retire{}, [](api::MessageHeader& header) {
        header.version = api::kVersion + 1;
    });
    CHECK(receive(bytes, &why) == ChannelStatus::refused);
    STRCMP_CONTAINS("of one release", why.c_str());
    const auto foreign =
        written(api::Retire{}, [](api::MessageHeader& header) { header.magic = 0; });
    CHECK(receive(foreign, &why) == ChannelStatus::refused);
    STRCMP_CONTAINS("none of Egret's", why.c_str());
}

TEST(Channel, ASenderIsToldThatTheOtherEndIsBehind) {
    auto listener = ChannelListener::listen(path).value();
    Channel control = Channel::connect(path).value();
    Channel dataplane = listener.accept().value();
    int n_sent = 0;
    while (dataplane.send(api::FlowPage{}, static_cast<uint32_t>(n_sent)) == ChannelStatus::ok) {
        ++n_sent;
    }
    CHECK(n_sent > 2);
    CHECK(dataplane.open());
    for (int i = 0; i < n_sent; ++i) {  // what was sent is there, whole and in order
        CHECK(control.receive(message) == ChannelStatus::ok);
        LONGS_EQUAL(i, message.header.request);
    }
    CHECK(dataplane.send(api::FlowPage{}) == ChannelStatus::ok);
}

TEST(Channel, TwoDataplanesCannotListenAtOnePlace) {
    auto first = ChannelListener::listen(path);
    CHECK_TRUE(first.has_value());
    const auto second = ChannelListener::listen(path);
    CHECK_FALSE(second.has_value());
    STRCMP_CONTAINS("another egret-dataplane runs there", second.error().c_str());
    // The try did not take the socket from the first.
    CHECK(Channel::connect(path).has_value());
}

TEST(Channel, ASocketOfADataplaneThatIsGoneIsReplaced) {
    { const auto gone = ChannelListener::listen(path).value(); }
    CHECK(std::filesystem::exists(path));
    CHECK_FALSE(Channel::connect(path).has_value());
    const auto next = ChannelListener::listen(path);
    CHECK_TRUE(next.has_value());
    CHECK(Channel::connect(path).has_value());
}

TEST(Channel, APathThatIsNoneIsRefusedInOneSentence) {
    const std::string nowhere = (folder.path() / "missing" / "dataplane.sock").string();
    STRCMP_CONTAINS(nowhere.c_str(), ChannelListener::listen(nowhere).error().c_str());
    STRCMP_CONTAINS(nowhere.c_str(), Channel::connect(nowhere).error().c_str());
    const std::string too_long = "/tmp/" + std::string(200, 'x');
    STRCMP_CONTAINS("shorter run directory", ChannelListener::listen(too_long).error().c_str());
}

TEST(Channel, NobodyWaitsIsNoError) {
    auto listener = ChannelListener::listen(path).value();
    const auto nobody = listener.accept();
    CHECK_FALSE(nobody.has_value());
    STRCMP_EQUAL("", nobody.error().c_str());
}

/// Needs root, to become somebody else.
TEST(Channel, AnotherUserIsTurnedAway) {
    if (geteuid() != 0) {
        std::fputs("skipped: only root can connect as somebody else\n", stderr);
        return;
    }
    auto listener = ChannelListener::listen(path).value();
    LONGS_EQUAL(0, chmod(path.c_str(), 0777));  // the mode alone would keep them out
    LONGS_EQUAL(0, chmod(folder.path().c_str(), 0755));
    const pid_t child = connect_as(kSomeUser, path);
    pollfd waited{listener.descriptor(), POLLIN, 0};
    LONGS_EQUAL(1, poll(&waited, 1, 10'000));
    const auto accepted = listener.accept();
    int status = 0;
    LONGS_EQUAL(child, waitpid(child, &status, 0));
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK_FALSE(accepted.has_value());
    STRCMP_CONTAINS("refused a connection of user 65534", accepted.error().c_str());
}

TEST(Channel, SealedBytesAreReadAsTheyWereWritten) {
    const std::vector<std::byte> bytes(10'000, std::byte{0x5a});
    const Descriptor memfd = api::make_sealed(bytes).value();
    const auto mapped = api::SealedBytes::map(memfd, bytes.size(), bytes.size());
    CHECK_TRUE(mapped.has_value());
    CHECK(std::ranges::equal(bytes, mapped->bytes()));
    LONGS_EQUAL(-1, ::write(memfd.get(), bytes.data(), 1));
    LONGS_EQUAL(-1, ftruncate(memfd.get(), 1));
}

TEST(Channel, MemoryThatCouldChangeIsNotMapped) {
    const std::vector<std::byte> bytes(100);
    const int seals[] = {0, F_SEAL_WRITE, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL};
    for (const int seal : seals) {
        const Descriptor memfd(memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
        LONGS_EQUAL(bytes.size(), ::write(memfd.get(), bytes.data(), bytes.size()));
        LONGS_EQUAL(0, fcntl(memfd.get(), F_ADD_SEALS, seal));
        const auto mapped = api::SealedBytes::map(memfd, bytes.size(), 1000);
        CHECK_FALSE(mapped.has_value());
        STRCMP_CONTAINS("sealed", mapped.error().c_str());
    }
    const Descriptor file(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
    CHECK_FALSE(api::SealedBytes::map(file, 100, 1000).has_value());
    CHECK_FALSE(api::SealedBytes::map(Descriptor(), 100, 1000).has_value());
}

TEST(Channel, MemoryOfAnotherSizeThanSaidIsNotMapped) {
    const Descriptor memfd = api::make_sealed(std::vector<std::byte>(100)).value();
    CHECK_FALSE(api::SealedBytes::map(memfd, 99, 1000).has_value());
    CHECK_FALSE(api::SealedBytes::map(memfd, 101, 1000).has_value());
    CHECK_FALSE(api::SealedBytes::map(memfd, 100, 99).has_value());
    CHECK_FALSE(api::SealedBytes::map(api::make_sealed({}).value(), 0, 1000).has_value());
}
