// SPDX-License-Identifier: Apache-2.0
#include "control/records/flow_record.hpp"

#include "control/config/choices.hpp"
#include "control/records/names.hpp"

namespace egret::control {
namespace {

Json port_json(const std::optional<uint16_t>& port) {
    return port ? Json(*port) : Json(nullptr);
}

Source source_of(const FlowRecord& record, const Generation& generation) {
    const SourceQuery query{
        record.destination,
        record.protocol,
        record.destination_port.value_or(0)};
    return generation.provenance.find(record.segment, query).value_or(Source{});
}

Json drop_reason_json(api::DropReason reason) {
    return reason == api::DropReason::count ? Json(nullptr) : Json(api::name_of(reason));
}

}  // namespace

Json flow_json(const FlowRecord& record, const Generation& generation) {
    const Config& config = generation.config;
    const Source source = source_of(record, generation);
    return Json{
        {"first", time_text(record.first_ns)},
        {"last", time_text(record.last_ns)},
        {"vlan", record.vlan == 0 ? Json(nullptr) : Json(record.vlan)},
        {"protocol", protocol_json(record.protocol)},
        {"source", address_json(record.source)},
        {"source_port", port_json(record.source_port)},
        {"destination", address_json(record.destination)},
        {"destination_port", port_json(record.destination_port)},
        {"verdict", spelling_of(kVerdicts, record.verdict)},
        {"rule", text_json(name_at(config.rules, record.rule))},
        {"segment", text_json(name_at(config.segments, record.segment))},
        {"list", text_json(source.list)},
        {"entry", text_json(source.entry)},
        {"server_name", text_json(record.server_name)},
        {"confidence", text_json(confidence_of(record.segment))},
        {"late_name", record.late_name},
        {"origin", address_json(record.origin)},
        {"peer", text_json(peer_name(generation, record.peer))},
        {"packets_out", record.packets_out},
        {"packets_in", record.packets_in},
        {"bytes_out", record.bytes_out},
        {"bytes_in", record.bytes_in},
        {"drop_reason", drop_reason_json(record.drop_reason)},
    };
}

std::string to_json_line(const FlowRecord& record, const Generation& generation) {
    return line_of(flow_json(record, generation));
}

}  // namespace egret::control
