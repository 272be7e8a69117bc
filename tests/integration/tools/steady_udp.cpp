// SPDX-License-Identifier: Apache-2.0
// steady_udp: numbered datagrams at a steady rate, and what became of each.
//
//   steady_udp echo --at 0.0.0.0:7000                           returns every datagram to its sender, until SIGTERM
//   steady_udp count --at 0.0.0.0:7000                          only counts them, and says how many when asked
//   steady_udp send --to 192.0.2.10:7000 --rate 500 --seconds 10
//   steady_udp send --one-way --to 192.0.2.10:7000 --rate 50000 --seconds 2     to a counter
//
// Each prints one JSON object at its end. In a sender's, `lost` are datagrams that did not come back, and `lost_out` those
// that did not even arrive: the other side writes how many it had into each datagram it returns.
#include "clock.hpp"
#include "numbered.hpp"
#include "sequence_book.hpp"
#include "stop_signal.hpp"
#include "udp_socket.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>
#include <random>
#include <vector>

namespace egret::test {
namespace {

/// How often and how far apart a counter is asked before it counts as unreachable.
constexpr int kQuestions = 20;
constexpr uint64_t kQuestionInterval = 100 * kMillisecondNs;

struct Settings {
    std::string at;
    std::string to;
    double rate = 500;
    double seconds = 0;
    size_t size_bytes = 64;
    unsigned linger_ms = 1000;
    bool one_way = false;
};

int refuse(const std::string& why) {
    std::cerr << "steady_udp: " << why << '\n';
    return 1;
}

/// Receives until it is told to stop.
int listen(const Settings& settings, bool returns) {
    const auto own = api::parse_endpoint(settings.at);
    if (!own) {
        return refuse("--at is no endpoint");
    }
    const auto socket = UdpSocket::bind(*own);
    if (!socket) {
        return refuse(socket.error());
    }
    std::map<uint64_t, uint64_t> arrived;  // by run
    uint64_t total = 0;
    const auto take = [&](const UdpSocket::Arrival& arrival) {
        auto numbered = read_numbered(arrival.bytes);
        if (!numbered) {
            return;
        }
        const bool asks = numbered->number == kHowMany;
        uint64_t& of_run = arrived[numbered->run];
        of_run += asks ? 0 : 1;
        total += asks ? 0 : 1;
        numbered->arrived = of_run;
        if (returns || asks) {
            write_numbered(*numbered, arrival.bytes);
            socket->send(arrival.source, arrival.bytes, arrival.destination);
        }
    };
    while (stop_requested == 0) {
        socket->wait(now_ns() + kSecondNs);
        socket->receive(take);
    }
    std::cout << nlohmann::json{{"arrived", total}} << '\n';
    return 0;
}

/// The sending side.
class Sender {
  public:
    Sender(UdpSocket socket, const api::Endpoint& to, const Settings& settings)
        : socket_(std::move(socket)),
          to_(to),
          settings_(settings),
          datagram_(std::max(settings.size_bytes, sizeof(Numbered))) {
        std::random_device device;
        run_ = uint64_t{device()} << 32 | device();
    }

    /// Sends at the steady rate until the time is over; what fell behind is caught up with.
    void run() {
        const uint64_t start_ns = now_ns();
        const auto lasts_ns = static_cast<uint64_t>(settings_.seconds * double{kSecondNs});
        const auto interval_ns = static_cast<double>(kSecondNs) / settings_.rate;
        while (stop_requested == 0 && (lasts_ns == 0 || now_ns() - start_ns < lasts_ns)) {
            const auto n = static_cast<double>(book_.sent());
            const uint64_t due_ns = start_ns + static_cast<uint64_t>(n * interval_ns);
            if (now_ns() >= due_ns) {
                send_one();
            } else {
                socket_.wait(due_ns);
            }
            take();
        }
        elapsed_ns_ = now_ns() - start_ns;
    }

    /// Waits for stragglers.
    void linger() {
        const uint64_t end_ns = now_ns() + settings_.linger_ms * kMillisecondNs;
        while ((settings_.one_way || book_.lost() > 0) && now_ns() < end_ns) {
            socket_.wait(end_ns);
            take();
        }
    }

    /// Asks a counter how many arrived. False if it does not answer.
    bool ask() {
        for (int n = 0; n < kQuestions && !was_answered_; ++n) {
            const uint64_t now = now_ns();
            write_numbered({run_, kHowMany, 0, now}, datagram_);
            socket_.send(to_, datagram_);
            socket_.wait(now + kQuestionInterval);
            take();
        }
        return was_answered_;
    }

    [[nodiscard]] nlohmann::json report() const {
        nlohmann::json report;
        book_.report(report);
        report["arrived"] = arrived_;
        report["lost_out"] = book_.sent() - arrived_;
        report["not_taken"] = not_taken_;
        report["seconds"] = static_cast<double>(elapsed_ns_) / double{kSecondNs};
        report["round_trip_us_max"] = slowest_ns_ / 1000;
        return report;
    }

  private:
    void send_one() {
        const uint64_t now = now_ns();
        write_numbered({run_, book_.send(now), 0, now}, datagram_);
        if (!socket_.send(to_, datagram_)) {
            ++not_taken_;
        }
    }

    void take() {
        socket_.receive([this](const UdpSocket::Arrival& arrival) {
            const auto numbered = read_numbered(arrival.bytes);
            if (!numbered || numbered->run != run_) {
                return;
            }
            const uint64_t now = now_ns();
            if (numbered->number == kHowMany) {
                was_answered_ = true;
            } else {
                book_.receive(numbered->number, now);
            }
            arrived_ = std::max(arrived_, numbered->arrived);
            slowest_ns_ = std::max(slowest_ns_, now - numbered->sent_ns);
        });
    }

    UdpSocket socket_;
    api::Endpoint to_;
    const Settings& settings_;
    std::vector<std::byte> datagram_;
    SequenceBook book_;
    uint64_t run_ = 0;
    uint64_t arrived_ = 0;
    bool was_answered_ = false;
    uint64_t not_taken_ = 0;
    uint64_t slowest_ns_ = 0;
    uint64_t elapsed_ns_ = 0;
};

int send(const Settings& settings) {
    const auto to = api::parse_endpoint(settings.to);
    if (!to || !(settings.rate > 0)) {
        return refuse("--to is no endpoint, or --rate not positive");
    }
    api::Endpoint own;
    own.address.family = to->address.family;
    auto socket = UdpSocket::bind(own);
    if (!socket) {
        return refuse(socket.error());
    }
    Sender sender(std::move(*socket), *to, settings);
    sender.run();
    sender.linger();
    if (settings.one_way && !sender.ask()) {
        return refuse("the counter does not answer");
    }
    std::cout << sender.report() << '\n';
    return 0;
}

int run(int argc, char** argv) {
    CLI::App app("Numbered datagrams at a steady rate.", "steady_udp");
    Settings settings;
    app.require_subcommand(1);
    CLI::App* echo = app.add_subcommand("echo", "return every datagram to its sender");
    CLI::App* count = app.add_subcommand("count", "count datagrams");
    CLI::App* sender = app.add_subcommand("send", "send datagrams and wait for them to come back");
    for (CLI::App* listener : {echo, count}) {
        listener->add_option("--at", settings.at, "address and port to listen on")->required();
    }
    sender->add_option("--to", settings.to, "address and port")->required();
    sender->add_option("--rate", settings.rate, "datagrams a second");
    sender->add_option("--seconds", settings.seconds, "0: until SIGTERM");
    sender->add_option("--size", settings.size_bytes, "UDP payload in bytes");
    sender->add_option("--linger-ms", settings.linger_ms, "how long to wait for stragglers");
    sender->add_flag("--one-way", settings.one_way, "to a counter: nothing comes back");
    CLI11_PARSE(app, argc, argv);
    catch_stop_signals();
    return sender->parsed() ? send(settings) : listen(settings, echo->parsed());
}

}  // namespace
}  // namespace egret::test

int main(int argc, char** argv) {
    return egret::test::run(argc, argv);
}
