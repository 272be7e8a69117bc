// SPDX-License-Identifier: Apache-2.0
#include "agent/connection.hpp"

#include <utility>

namespace egret {

void Connection::replace(api::Channel channel) noexcept {
    channel_ = std::move(channel);
    owed_.clear();
    ++serial_;
}

void Connection::close() noexcept {
    channel_.close();
    owed_.clear();
}

void Connection::flush() {
    while (behind() && owed_.front()(channel_) == api::ChannelStatus::ok) {
        owed_.pop_front();
    }
    if (!open()) {
        owed_.clear();
    }
}

}  // namespace egret
