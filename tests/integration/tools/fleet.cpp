// SPDX-License-Identifier: Apache-2.0
#include "fleet.hpp"

#include "clock.hpp"
#include "inner_packet.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <utility>

namespace egret::test {

namespace {

/// A data message without any answer makes a peer ask for a new session (WireGuard paper, section 6.5).
constexpr uint64_t kSilence = crypto::kKeepaliveTimeout + crypto::kRekeyTimeout;
/// Sent at once before what came in is looked at.
constexpr int kBurst = 32;
/// Clients' and services' ports are of no matter; the clients of all sites have the same address.
constexpr uint16_t kClientPort = 40'000;
const api::IpAddress kClient{api::Family::ipv4, {10, 0, 0, 11}};

uint64_t nanoseconds(double seconds) {
    return static_cast<uint64_t>(seconds * static_cast<double>(kSecondNs));
}

double milliseconds(uint64_t from_ns, uint64_t to_ns) {
    return to_ns > from_ns ? static_cast<double>(to_ns - from_ns) / double{kMillisecondNs} : 0;
}

}  // namespace

Fleet::Fleet(const SitePlan& plan, const FleetSettings& settings, UdpSocket socket)
    : settings_(settings),
      socket_(std::move(socket)) {
    sites_.reserve(plan.size());
    for (uint32_t i = 0; i < plan.size(); ++i) {
        const api::IpAddress egress = SitePlan::egress(i);
        const auto claim = settings.header_carry ? egress : api::IpAddress{};
        const api::Endpoint source{settings.header_carry ? kClient : egress, kClientPort};
        sites_.push_back({
            .peer = WirePeer({i, settings.suite, plan.key(i), settings.edge_key}),
            .address = egress,
            .inner = make_inner_packet(claim, source, settings.service, settings.size_bytes),
            .book = {},
        });
    }
    // Working out the keys of many sites takes a while.
    start_ns_ = now_ns();
    mark_ns_ = start_ns_;
    for (uint32_t i = 0; i < plan.size(); ++i) {
        sites_[i].next_handshake_ns =
            start_ns_ + nanoseconds(settings.ramp_seconds) * i / plan.size();
    }
}

void Fleet::step() {
    const uint64_t now = now_ns();
    if (!is_quiet_) {
        run_timers(now);
        send_due_data(now);
    }
    socket_.wait(now_ns() + kMillisecondNs);
    socket_.receive([this](const UdpSocket::Arrival& arrival) { take(arrival, now_ns()); });
}

void Fleet::mark() {
    mark_ns_ = now_ns();
    first_handshake_ns_ = 0;
    last_handshake_ns_ = 0;
    settled_ns_ = 0;
    handshakes_since_mark_ = 0;
    n_settled_ = 0;
    for (Site& site : sites_) {
        site.settled = false;
    }
}

/// The sites take turns, so that the whole is as steady as each.
void Fleet::send_due_data(uint64_t now) {
    const double per_second = settings_.rate * static_cast<double>(sites_.size());
    const auto due = static_cast<uint64_t>(
        static_cast<double>(now - start_ns_) / static_cast<double>(kSecondNs) * per_second
    );
    for (int n = 0; n < kBurst && turns_ < due; ++n) {
        Site& site = sites_[turns_++ % sites_.size()];
        if (site.peer.can_send()) {
            send_data(site, now);
        }
    }
}

void Fleet::run_timers(uint64_t now) {
    for (Site& site : sites_) {
        const bool is_silent =
            site.unanswered_since_ns != 0 && now - site.unanswered_since_ns >= kSilence;
        const bool is_due = site.next_handshake_ns != 0 && now >= site.next_handshake_ns;
        if (site.answer_due_ns != 0 ? now >= site.answer_due_ns : is_due || is_silent) {
            initiate(site, now);
        }
    }
}

void Fleet::initiate(Site& site, uint64_t now) {
    const uint64_t jitter = random_.below(uint32_t{crypto::kRekeyTimeoutJitterMax});
    site.answer_due_ns = now + crypto::kRekeyTimeout + jitter;
    site.next_handshake_ns = 0;
    const auto message = site.peer.initiate(random_, now, unix_ns());
    ++initiations_;
    if (!socket_.send(settings_.edge, message, site.address)) {
        ++not_taken_;
    }
}

void Fleet::send_data(Site& site, uint64_t now) {
    const auto run = static_cast<uint64_t>(&site - sites_.data());
    number_inner_packet(site.inner, {run, site.book.send(now), 0, now});
    const auto message = site.peer.seal(std::as_bytes(std::span(site.inner)));
    if (!socket_.send(settings_.edge, message, site.address)) {
        ++not_taken_;
    }
    site.unanswered_since_ns = site.unanswered_since_ns == 0 ? now : site.unanswered_since_ns;
}

Fleet::Site* Fleet::site_of(const UdpSocket::Arrival& arrival) {
    auto number = WirePeer::number_in(arrival.bytes);
    if (!number) {
        // An initiation says to whom it is by where it was sent.
        const auto& to = arrival.destination.bytes;
        number = (uint32_t{to[2]} << 8 | to[3]) - 1;
    }
    return *number < sites_.size() ? &sites_[*number] : nullptr;
}

void Fleet::take(const UdpSocket::Arrival& arrival, uint64_t now) {
    Site* site = site_of(arrival);
    if (site == nullptr) {
        ++refused_;
        return;
    }
    const WirePeer::Received received = site->peer.receive(arrival.bytes, random_, now);
    switch (received.took) {
        case WirePeer::Took::refused:
            ++refused_;
            break;
        case WirePeer::Took::replayed:
            ++replayed_;
            break;
        case WirePeer::Took::cookie:
            ++cookies_;
            break;
        case WirePeer::Took::established:
            ++established_;
            established(*site, now);
            // Shows the edge at once that this site has the keys.
            socket_.send(settings_.edge, site->peer.seal({}), site->address);
            break;
        case WirePeer::Took::answered:
            ++answered_;
            established(*site, now);
            socket_.send(arrival.source, received.reply, site->address);
            break;
        case WirePeer::Took::keepalive:
            site->unanswered_since_ns = 0;
            break;
        case WirePeer::Took::data:
            take_data(*site, received.payload, now);
            break;
    }
}

void Fleet::take_data(Site& site, std::span<const std::byte> payload, uint64_t now) {
    site.unanswered_since_ns = 0;
    const auto numbered = read_inner_packet(payload);
    if (!numbered || numbered->run != static_cast<uint64_t>(&site - sites_.data())) {
        ++no_echo_;
        return;
    }
    site.book.receive(numbered->number, now);
    if (!site.settled && site.session_ns > mark_ns_) {
        site.settled = true;
        ++n_settled_;
        settled_ns_ = now;
    }
}

void Fleet::established(Site& site, uint64_t now) {
    site.session_ns = now;
    site.answer_due_ns = 0;
    site.unanswered_since_ns = 0;
    site.next_handshake_ns =
        settings_.rekey_seconds > 0 ? now + nanoseconds(settings_.rekey_seconds) : 0;
    ++handshakes_since_mark_;
    first_handshake_ns_ = first_handshake_ns_ == 0 ? now : first_handshake_ns_;
    last_handshake_ns_ = now;
}

nlohmann::json Fleet::report() const {
    uint64_t sent = 0;
    uint64_t received = 0;
    uint64_t with_loss = 0;
    uint64_t with_session = 0;
    for (const Site& site : sites_) {
        sent += site.book.sent();
        received += site.book.received();
        with_loss += static_cast<uint64_t>(site.book.lost() > 0);
        with_session += static_cast<uint64_t>(site.session_ns > 0);
    }
    const double took_ms = milliseconds(first_handshake_ns_, last_handshake_ns_);
    return {
        {"peers", sites_.size()},
        {"peers_with_session", with_session},
        {"peers_with_loss", with_loss},
        {"sent", sent},
        {"received", received},
        {"lost", sent - received},
        {"initiations", initiations_},
        {"established", established_},
        {"answered", answered_},
        {"cookies", cookies_},
        {"refused", refused_},
        {"replayed", replayed_},
        {"no_echo", no_echo_},
        {"not_taken", not_taken_},
        {"settled", n_settled_},
        {"settled_after_ms", settled() ? milliseconds(mark_ns_, settled_ns_) : -1},
        {"handshakes_since_mark", handshakes_since_mark_},
        {"handshakes_per_second",
         took_ms > 0 ? static_cast<double>(handshakes_since_mark_) * 1000 / took_ms : 0},
    };
}

}  // namespace egret::test
