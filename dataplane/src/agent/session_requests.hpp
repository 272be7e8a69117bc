// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "agent/agent_state.hpp"

#include <egret/api/messages.hpp>

/// What control asks about tunnels, given on to the worker. Values were checked before (check_request.hpp).
namespace egret {

/// Installs the session; then, and only then, sends the response that tells the peer of it, and what waited for its keys.
/// Answers when that is done. The caller wipes its copy of the request.
void install(AgentState& state, const api::Install& request, const Reply& reply);

/// Ends a session, and answers when it is done.
void retire(AgentState& state, const api::Retire& request, const Reply& reply);

void set_peer_state(AgentState& state, const api::SetPeerState& request);

void send_handshake(AgentState& state, const api::SendHandshake& request);

}  // namespace egret
