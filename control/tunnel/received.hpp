// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace egret::control {

/// What became of a handshake datagram.
enum class Received : uint8_t {
    answered,      ///< an initiation: the session is installed and the response sent
    established,   ///< a response: the session is installed
    cookie_taken,  ///< a cookie reply: the next initiation carries the cookie
    cookie_sent,  ///< under load: the sender must first show that it receives where it claims to be
    malformed,
    bad_mac1,
    not_authentic,
    unknown_peer,
    wrong_suite,    ///< the peer is configured for the other suite, or this processor lacks it
    replayed,       ///< an initiation not later than one already taken
    too_soon,       ///< initiations come faster than kMinInitiationInterval
    unexpected,     ///< an answer to nothing
    not_installed,  ///< the dataplane did not take the session
};

}  // namespace egret::control
