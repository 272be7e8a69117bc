// SPDX-License-Identifier: Apache-2.0
#include "translator.hpp"

#include "stages/translate.hpp"

namespace egret::replay {

Flow translator(const api::Endpoint& inner, const api::Endpoint& outer) {
    Flow flow;
    flow.forward.family = flow.reverse.family = inner.address.family;
    flow.forward.source = inner.address.bytes;
    flow.forward.source_port = inner.port;
    flow.reverse.destination = outer.address.bytes;
    flow.reverse.destination_port = outer.port;
    prepare_translation(flow);
    return flow;
}

}  // namespace egret::replay
