// SPDX-License-Identifier: Apache-2.0
// The handshakes a peer begins with this node: initiation in, response out.
#include "control/tunnel/key_tag.hpp"
#include "control/tunnel/peer_tunnel.hpp"

#include <egret/crypto/limits.hpp>

#include <array>

namespace egret::control {

namespace {

/// Drawn indexes the dataplane may refuse at once before the handshake is given up.
constexpr int kInstallAttempts = 4;

}  // namespace

/// `answered` if the initiation is the peer's, and newer than any before under the same key.
Received PeerTunnel::check_initiation(
    const OwnKey& own,
    PeerKey& peer,
    crypto::Responder& responder,
    uint64_t now_ns
) {
    if (responder.suite() != peer_.suite) {
        return Received::wrong_suite;
    }
    const crypto::PeerIdentity* identity = peer.identity_for(own);
    if (identity == nullptr) {
        return Received::not_authentic;
    }
    const auto time = responder.authenticate(identity->static_shared);
    if (!time) {
        return received_of(time.error());
    }
    if (*time <= peer.latest_time) {
        return Received::replayed;
    }
    if (last_taken_ns_ && age_ns(*last_taken_ns_, now_ns) < kMinInitiationInterval) {
        return Received::too_soon;
    }
    peer.latest_time = *time;
    last_taken_ns_ = now_ns;
    return Received::answered;
}

/// The newer preshared key, unless the older one was confirmed last. After a response nobody used
/// within kRekeyTimeout, when the peer calls again, it is the other one's turn.
///
/// A peer that calls long before its session is due has been told something new, perhaps the newer
/// key: whatever was remembered may be out of date, and a session to live on is there.
size_t PeerTunnel::choose_preshared(uint64_t now_ns) noexcept {
    if (keys_.preshared_count() == 1) {
        return 0;
    }
    if (unconfirmed_since_ns_) {
        if (age_ns(*unconfirmed_since_ns_, now_ns) >= crypto::kRekeyTimeout) {
            respond_with_ = 1 - respond_with_;
            unconfirmed_since_ns_.reset();
        }
        return respond_with_;
    }
    const PeerSession* newest = sessions_.newest();
    if (newest != nullptr && age_ns(newest->created_ns, now_ns) < crypto::kRekeyAfterTime) {
        respond_with_ = 0;
    }
    return respond_with_;
}

Received PeerTunnel::answer(
    TunnelContext& context,
    const OwnKey& own,
    crypto::Responder& responder,
    const api::Endpoint& source,
    uint64_t now_ns
) {
    PeerKey& peer = *keys_.find(responder.peer());
    const Received checked = check_initiation(own, peer, responder, now_ns);
    if (checked != Received::answered) {
        return checked;
    }
    const Answer answer{own, peer, keys_.preshared(choose_preshared(now_ns)), responder, source};
    for (int attempt = 0; attempt < kInstallAttempts; ++attempt) {
        const tl::expected<api::InstallStatus, Received> status = respond(context, answer, now_ns);
        if (!status) {
            return status.error();
        }
        if (*status == api::InstallStatus::installed) {
            // The peer is there: no need to repeat an initiation of ours, but the one under way may
            // still be answered.
            timer_.stop();
            drop_overtaken_initiation(context);
            unconfirmed_since_ns_ = unconfirmed_since_ns_.value_or(now_ns);
            return Received::answered;
        }
        if (*status != api::InstallStatus::index_taken) {
            break;
        }
    }
    return Received::not_installed;
}

/// Makes a session and hands it over with its response: it must be there before the peer can use it.
tl::expected<api::InstallStatus, Received>
PeerTunnel::respond(TunnelContext& context, const Answer& answer, uint64_t now_ns) {
    const std::optional<uint32_t> index = context.indexes.draw(peer_.slot, context.random);
    if (!index) {
        return tl::unexpected(Received::not_installed);
    }
    std::array<std::byte, crypto::kResponseSize> message{};
    const crypto::KeyPair ephemeral = crypto::KeyPair::generate(context.random);
    context.sink.made_ephemeral(peer_.slot, ephemeral.private_key);
    const auto keys = answer.responder.write_response(ephemeral, answer.preshared, *index, message);
    if (!keys) {
        context.indexes.release(*index);
        return tl::unexpected(received_of(keys.error()));
    }
    const auto response = stamped(answer.peer.cookies, message, answer.source, now_ns);
    return install(
        context,
        {
            .keys = *keys,
            .key_tag =
                key_tag(answer.own.pair.public_key, answer.peer.public_key(), answer.preshared),
            .source = answer.source,
            .answered_in_place = false,
            .response = &response,
        },
        now_ns
    );
}

}  // namespace egret::control
