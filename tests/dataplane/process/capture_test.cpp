// SPDX-License-Identifier: Apache-2.0
// Copies of a port's frames for an operator.
#include "dataplane_process.hpp"

#include <array>
#include <cstring>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/socket.h>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::test;
using api::AnswerStatus;

namespace {

struct Captured {
    api::CapturedFrame front;
    Bytes bytes;
};

/// The end of a capture an operator reads.
class Reader {
  public:
    Reader() {
        std::array<int, 2> ends{};
        LONGS_EQUAL(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()));
        reader_ = api::Descriptor(ends[0]);
        writer_ = api::Descriptor(ends[1]);
    }

    /// What goes to the dataplane; ours is closed once it has its own.
    [[nodiscard]] const api::Descriptor& writer() const noexcept { return writer_; }

    void given() { writer_ = api::Descriptor(); }

    /// The next frame; nothing at the end.
    [[nodiscard]] std::optional<Captured> next() const {
        pollfd waited{reader_.get(), POLLIN, 0};
        LONGS_EQUAL(1, poll(&waited, 1, 5000));
        std::array<uint8_t, 4096> buffer{};
        const ssize_t size = recv(reader_.get(), buffer.data(), buffer.size(), 0);
        if (size <= 0) {
            return {};
        }
        Captured captured;
        std::memcpy(&captured.front, buffer.data(), sizeof(captured.front));
        captured.bytes.assign(buffer.begin() + sizeof(captured.front), buffer.begin() + size);
        return captured;
    }

  private:
    api::Descriptor reader_;
    api::Descriptor writer_;
};

}  // namespace

TEST_GROUP(Capture)
{
    DataplaneProcess dataplane;
    ControlEnd control{dataplane.socket_path()};

    void setup() override {
        CHECK(control.publish(live_branch_tables()).status == AnswerStatus::done);
    }

    api::Answer
    start(Reader & reader, std::string_view port, uint64_t count = 0, uint32_t snap = 9000) {
        api::Capture request;
        request.port = api::ShortText<15>(port);
        request.count = count;
        request.snap_bytes = snap;
        const api::Answer answer = control.ask(request, reader.writer().get());
        reader.given();
        return answer;
    }

    void exchange() {
        dataplane.inside().send(direct_frame("there"));
        CHECK(dataplane.next_outside() == direct_frame("there"));
        dataplane.outside().send(direct_answer("back"));
        CHECK(dataplane.next_inside() == direct_answer("back"));
    }
};

TEST(Capture, ShowsWhatComesAndGoesUntilThereIsEnough) {
    Reader reader;
    CHECK(start(reader, "lan0", 2).status == AnswerStatus::done);
    exchange();
    exchange();
    const Captured first = reader.next().value();
    CHECK(first.bytes == direct_frame("there"));
    CHECK_FALSE(first.front.sent);
    LONGS_EQUAL(first.bytes.size(), first.front.frame_bytes);
    LONGS_EQUAL(0, first.front.n_missed);
    const Captured second = reader.next().value();
    CHECK(second.bytes == direct_answer("back"));
    CHECK_TRUE(second.front.sent);
    CHECK(second.front.unix_ns >= first.front.unix_ns);
    CHECK_FALSE(reader.next().has_value());
}

TEST(Capture, CutsFramesWhereItIsTold) {
    Reader reader;
    CHECK(start(reader, "wan0", 1, 20).status == AnswerStatus::done);
    exchange();
    const Captured captured = reader.next().value();
    LONGS_EQUAL(20, captured.bytes.size());
    LONGS_EQUAL(direct_frame("there").size(), captured.front.frame_bytes);
}

TEST(Capture, EndsWithItsReader) {
    std::optional<Reader> reader(std::in_place);
    CHECK(start(*reader, "lan0").status == AnswerStatus::done);
    Reader second;
    const api::Answer refused = start(second, "lan0");
    CHECK(refused.status == AnswerStatus::refused);
    STRCMP_CONTAINS("being captured already", std::string(refused.text.view()).c_str());
    reader.reset();
    for (AnswerStatus status = AnswerStatus::refused; status != AnswerStatus::done;) {
        Reader again;  // a port that stays taken is the test's timeout
        status = start(again, "lan0").status;
    }
    exchange();
}

TEST(Capture, TwoPortsAtOnce) {
    Reader inside;
    Reader outside;
    CHECK(start(inside, "lan0").status == AnswerStatus::done);
    CHECK(start(outside, "wan0").status == AnswerStatus::done);
    exchange();
    CHECK_FALSE(inside.next().value().front.sent);
    CHECK_TRUE(outside.next().value().front.sent);
}

TEST(Capture, AReaderThatDoesNotReadDelaysNobodyAndIsToldWhatItMissed) {
    Reader reader;
    CHECK(start(reader, "lan0").status == AnswerStatus::done);
    constexpr unsigned kFrames = 3000;  // more than a socket keeps
    for (unsigned i = 0; i < kFrames; ++i) {
        dataplane.inside().send(direct_frame("x"));
        CHECK(dataplane.next_outside().has_value());
    }
    // Some were kept for it. What it missed is said with the next frame it can be given.
    unsigned n_seen = 0;
    unsigned n_missed = 0;
    for (unsigned n_sent = kFrames; n_seen + n_missed < n_sent;) {
        n_missed += reader.next().value().front.n_missed;
        ++n_seen;
        if (n_missed == 0) {
            dataplane.inside().send(direct_frame("x"));
            CHECK(dataplane.next_outside().has_value());
            ++n_sent;
        }
    }
    CHECK(n_missed > 0);
}

TEST(Capture, OfWhatIsNotThereIsRefused) {
    Reader reader;
    const api::Answer answer = start(reader, "lan7");
    CHECK(answer.status == AnswerStatus::refused);
    STRCMP_CONTAINS("no port lan7; it has lan0, wan0", std::string(answer.text.view()).c_str());
    api::Capture request;
    request.port = api::ShortText<15>("lan0");
    CHECK(control.ask(request).status == AnswerStatus::refused);
}
