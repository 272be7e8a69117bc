// SPDX-License-Identifier: Apache-2.0
#include "stages/names.hpp"

#include "names/dns.hpp"
#include "stages/flows.hpp"
#include "stages/parse.hpp"
#include "stages/wire.hpp"

namespace egret {
namespace {

/// What a TCP or UDP packet carries; `meta` vouches for the offsets.
std::span<const uint8_t> payload_of(rte_mbuf* packet, const PacketMeta& meta) noexcept {
    const std::span<const uint8_t> bytes = bytes_of(packet);
    const uint32_t end = meta.l3_offset + uint32_t{meta.ip_size};
    const uint32_t header =
        meta.protocol == wire::kTcp ? (bytes[meta.l4_offset + 12U] >> 4) * 4U : wire::kUdpSize;
    const uint32_t start = meta.l4_offset + header;
    return start < end ? bytes.subspan(start, end - start) : std::span<const uint8_t>{};
}

void observe_hello(Context& context, rte_mbuf* packet, const PacketMeta& meta) noexcept {
    const std::span<const uint8_t> payload = payload_of(packet, meta);
    if (payload.empty()) {
        return;
    }
    Flow& flow = *meta.flow;
    const uint32_t sequence = wire::load32(bytes_of(packet).data() + meta.l4_offset + 4);
    api::ServerName name;
    const names::HelloStatus status = context.worker.hellos.add(flow.id, sequence, payload, name);
    if (status == names::HelloStatus::need_more) {
        return;
    }
    flow.name_wanted = false;
    if (status == names::HelloStatus::name) {
        const names::ClientId client{meta.key.source_address(), meta.vlan};
        context.worker.names
            .see_server_name(context.now_ns, client, meta.key.destination_address(), name);
        api::Event event = describe(context, api::EventKind::flow_named, flow);
        event.name_source = api::NameSource::sni;
        event.server_name = name;
        emit(context, event);
    }
}

}  // namespace

void observe_client(Context& context, rte_mbuf* packet, const PacketMeta& meta) noexcept {
    if (meta.kind != PacketKind::transport) {
        return;
    }
    if (meta.flow != nullptr && meta.flow->name_wanted) {
        observe_hello(context, packet, meta);
    } else if (meta.protocol == wire::kUdp && meta.key.destination_port == names::kDnsPort &&
               context.tables().learn_names) {
        context.worker.names.see_query(
            context.now_ns,
            {{meta.key.source_address(), meta.vlan}, meta.key.source_port},
            {meta.key.destination_address(), meta.key.destination_port},
            payload_of(packet, meta)
        );
    }
}

void observe_answer(Context& context, rte_mbuf* packet, const PacketMeta& meta) noexcept {
    if (meta.kind == PacketKind::transport && meta.protocol == wire::kUdp &&
        meta.key.source_port == names::kDnsPort && context.tables().learn_names) {
        context.worker.names.see_response(
            context.now_ns,
            {{meta.key.destination_address(), meta.vlan}, meta.key.destination_port},
            {meta.key.source_address(), meta.key.source_port},
            payload_of(packet, meta)
        );
    }
}

void label(Context& context, const PacketMeta& meta, api::Event& event) noexcept {
    const names::ClientId client{meta.key.source_address(), meta.vlan};
    const names::LearnedName* learned =
        context.worker.names.find(context.now_ns, client, meta.key.destination_address());
    if (learned != nullptr) {
        event.name_source = learned->source;
        event.server_name = learned->name;
    }
}

}  // namespace egret
