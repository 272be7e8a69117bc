// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/outbox.hpp"

#include <egret/crypto/secret.hpp>

namespace egret::control {

Parcel::~Parcel() {
    if (auto* install = std::get_if<api::Install>(&body_)) {
        crypto::wipe(install->session.send_key);
        crypto::wipe(install->session.receive_key);
    }
}

api::ChannelStatus Parcel::send(api::Channel& channel) const {
    return std::visit(
        [&](const auto& body) { return channel.send(body, request_, descriptor_.get()); },
        body_
    );
}

bool Outbox::push(const Parcel::Body& body, uint32_t request, api::Descriptor& descriptor) {
    if (parcels_.size() == kCapacity) {
        return false;
    }
    parcels_.emplace_back(body, request, std::move(descriptor));
    return true;
}

api::ChannelStatus Outbox::flush(api::Channel& channel) {
    while (!parcels_.empty()) {
        const api::ChannelStatus status = parcels_.front().send(channel);
        if (status != api::ChannelStatus::ok) {
            return status;
        }
        parcels_.pop_front();
    }
    return api::ChannelStatus::ok;
}

}  // namespace egret::control
