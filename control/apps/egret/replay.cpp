// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/commands.hpp"
#include "control/apps/egret/eal.hpp"
#include "control/apps/egret/key_log.hpp"
#include "control/apps/egret/node_control.hpp"
#include "control/apps/egret/replay_output.hpp"
#include "control/apps/egret/replay_setup.hpp"
#include "control/apps/egret/report.hpp"
#include "control/apps/egret/sign_in_table.hpp"
#include "control/compile/lookup.hpp"
#include "control/records/flow_record.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <unistd.h>
#include <utility>

namespace egret::control {
namespace {

using Clock = std::chrono::steady_clock;

/// True if the flow went direct although a rule would tunnel its server by name, had the name come in time.
bool is_late_name(const Generation& branch, const replay::BookedFlow& flow) {
    if (!flow.named_late || flow.verdict() != api::Verdict::direct) {
        return false;
    }
    const LookupQuery query{
        .destination = {.address = {}, .name = flow.server_name, .port = flow.key.destination_port},
        .protocol = flow.key.protocol,
        .from = flow.key.source_address(),
    };
    return look_up(branch, query).verdict == api::Verdict::tunnel;
}

bool has_ports(uint8_t protocol) noexcept {
    return protocol == 6 || protocol == 17;
}

/// A flow of the capture as its record; provenance is asked of the classifier's own tables.
FlowRecord record_of(const Generation& branch, const replay::BookedFlow& flow) {
    const FlowKey& key = flow.key;
    const api::Classification found = api::classify(
        branch.tables,
        {
            .source = key.source_address(),
            .destination = key.destination_address(),
            .protocol = key.protocol,
            .destination_port = key.destination_port,
            .vlan = key.zone,
            .dscp = flow.dscp,
        }
    );
    const bool echo = key.protocol == 1 || key.protocol == 58;
    FlowRecord record;
    record.first_ns = flow.first_ns;
    record.last_ns = flow.last_ns;
    record.vlan = key.zone;
    record.protocol = key.protocol;
    record.source = key.source_address();
    record.destination = key.destination_address();
    if (has_ports(key.protocol) || echo) {
        record.source_port = key.source_port;
        record.destination_port = key.destination_port;
    }
    record.verdict = flow.verdict();
    record.rule = found.rule;
    record.segment = found.segment;
    record.server_name = flow.server_name;
    record.late_name = is_late_name(branch, flow);
    record.origin = flow.origin;
    record.peer = flow.tunnelled ? flow.peer : api::kNone;
    record.packets_out = flow.packets_out;
    record.packets_in = flow.packets_in;
    record.bytes_out = flow.bytes_out;
    record.bytes_in = flow.bytes_in;
    record.drop_reason = flow.drop_reason;
    return record;
}

void count(ReplayTotals& totals, api::Verdict verdict) {
    ++totals.flows;
    switch (verdict) {
        case api::Verdict::tunnel:
            ++totals.flows_tunnel;
            break;
        case api::Verdict::direct:
            ++totals.flows_direct;
            break;
        case api::Verdict::drop:
            ++totals.flows_drop;
            break;
    }
}

/// Everything one run writes into its folder.
struct Files {
    OutputFolder folder;
    replay::CaptureWriter wan;
    replay::CaptureWriter restored;
    replay::CaptureWriter lan;
    LineFile sign_ins;
    LineFile flows;
    LineFile differences;
    LineFile clients;
    LineFile report;

    [[nodiscard]] static tl::expected<Files, std::string> create(const std::string& out);
    [[nodiscard]] tl::expected<void, std::string> finish();
};

tl::expected<Files, std::string> Files::create(const std::string& out) {
    auto folder = OutputFolder::prepare(out);
    if (!folder) {
        return tl::unexpected(folder.error());
    }
    auto wan = replay::CaptureWriter::create(folder->path("wan.pcap").string());
    auto restored = replay::CaptureWriter::create(folder->path("restored.pcap").string());
    auto lan = replay::CaptureWriter::create(folder->path("lan.pcap").string());
    auto sign_ins = LineFile::create(folder->path("signins.jsonl"));
    auto flows = LineFile::create(folder->path("flows.jsonl"));
    auto differences = LineFile::create(folder->path("differences.jsonl"));
    auto clients = LineFile::create(folder->path("clients.jsonl"));
    auto report = LineFile::create(folder->path("report.json"));
    if (!wan || !restored || !lan || !sign_ins || !flows || !differences || !clients || !report) {
        return tl::unexpected(out + ": cannot be written");
    }
    return Files{
        std::move(*folder),
        std::move(*wan),
        std::move(*restored),
        std::move(*lan),
        std::move(*sign_ins),
        std::move(*flows),
        std::move(*differences),
        std::move(*clients),
        std::move(*report),
    };
}

tl::expected<void, std::string> Files::finish() {
    for (replay::CaptureWriter* capture : {&wan, &restored, &lan}) {
        if (auto written = capture->finish(); !written) {
            return written;
        }
    }
    for (LineFile* lines : {&sign_ins, &flows, &differences, &clients, &report}) {
        if (auto written = lines->finish(); !written) {
            return written;
        }
    }
    return folder.commit();
}

void show_progress(uint64_t frames) {
    if (isatty(STDERR_FILENO) != 0) {
        std::cerr << "\r" << frames << " frames" << std::flush;
    }
}

void print_summary(
    std::ostream& out,
    const SignInTable& table,
    const ReplayTotals& totals,
    const replay::Counts& counts
) {
    table.print(out);
    out << fmt::format(
        "\n{} flows: {} through the tunnel, {} direct, {} dropped; {} sign-ins\n"
        "back on the LAN: {} frames as recorded, {} different, {} missing, {} withheld\n",
        totals.flows,
        totals.flows_tunnel,
        totals.flows_direct,
        totals.flows_drop,
        totals.sign_ins,
        counts.lan_frames_equal,
        counts.lan_frames_different,
        counts.lan_frames_missing,
        counts.lan_frames_withheld
    );
    if (totals.clients_mixing > 0) {
        out << fmt::format(
            "{} clients reach identity services by IPv4 and by IPv6: see clients.jsonl\n",
            totals.clients_mixing
        );
    }
    for (size_t i = 0; i < api::kDropReasons; ++i) {
        if (counts.drops[i] > 0) {
            const api::DropReasonText& text = api::kDropReasonTexts[i];
            out << fmt::format("dropped {}: {} ({})\n", counts.drops[i], text.name, text.sentence);
        }
    }
}

/// Plays the capture and writes the folder. Error: one line for the operator.
tl::expected<void, std::string>
play(const ReplayOptions& options, ReplayInputs& inputs, std::ostream& out) {
    auto files = Files::create(options.out);
    if (!files) {
        return tl::unexpected(files.error());
    }
    ReplayTotals totals;
    totals.seed = inputs.seed;
    SignInTable table(inputs.edge);
    NodeControl control(inputs.branch, inputs.edge, inputs.random, [&](const std::string& line) {
        files->sign_ins.write(line);
        table.add(line);
    });
    KeyLog key_log(options.key_log);
    if (key_log.wanted()) {
        control.log_keys([&](const std::string& line) { key_log.write(line); });
    }
    auto replay = replay::Replay::create(
        std::move(inputs.setup),
        {
            .wan = files->wan,
            .restored = files->restored,
            .lan = files->lan,
            .flow =
                [&](const replay::BookedFlow& flow) {
                    count(totals, flow.verdict());
                    files->flows.write(to_json_line(record_of(inputs.branch, flow), inputs.branch));
                },
            .difference = [&](const replay::Difference& difference
                          ) { files->differences.write(line_of(difference_json(difference))); },
            .progress = show_progress,
        }
    );
    if (!replay) {
        return tl::unexpected(replay.error());
    }
    control.attach(**replay);
    const auto start = Clock::now();
    const auto counts = (*replay)->run(inputs.capture, control);
    const std::chrono::duration<double> elapsed = Clock::now() - start;
    if (!counts) {
        return tl::unexpected(counts.error());
    }
    totals.sign_ins = control.finish();
    for (const Json& client : control.clients()) {
        totals.clients_mixing += client["mixes_families"] == true ? 1U : 0U;
        files->clients.write(line_of(client));
    }
    Json report = report_json(totals, *counts);
    files->report.write(report.dump(2));
    if (auto written = files->finish(); !written) {
        return written;
    }
    if (auto written = key_log.commit(); !written) {
        return written;
    }
    const double rate = static_cast<double>(counts->frames_in) / elapsed.count();
    if (options.json) {
        report["packets_per_second"] = static_cast<uint64_t>(rate);
        out << line_of(report) << '\n';
    } else {
        print_summary(out, table, totals, *counts);
        out << fmt::format(
            "{} packets in {:.3f} s: {:.0f} packets a second on one core\n",
            counts->frames_in,
            elapsed.count(),
            rate
        );
    }
    return {};
}

ExitCode run(const ReplayOptions& options, const Streams& streams) {
    auto inputs = prepare_replay(options, streams.err);
    const auto done = inputs ? play(options, *inputs, streams.out) : tl::unexpected(inputs.error());
    if (!done) {
        if (!done.error().empty()) {
            streams.err << done.error() << '\n';
        }
        return ExitCode::refused;
    }
    return ExitCode::done;
}

}  // namespace

void add_replay(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command =
        app.add_subcommand("replay", "Play a LAN capture through a branch and an edge");
    auto options = std::make_shared<ReplayOptions>();
    command->add_option("--branch", options->branch, "The branch's configuration")->required();
    command->add_option("--edge", options->edge, "The edge's configuration")->required();
    command->add_option("--in", options->in, "Capture taken on the LAN, pcap or pcapng")
        ->required();
    command->add_option("--out", options->out, "Folder for what comes out")->required();
    command->add_option("--seed", options->seed, "1 to 64 hex digits: same seed, same files");
    command->add_option(
        "--gateway",
        options->gateways,
        "MAC address of the LAN's gateway; may be repeated"
    );
    command->add_flag(
        "--live-mtu",
        options->live_mtu,
        "Refuse packets above the tunnel MTU, as a live branch does"
    );
    command->add_option(
        "--keylog",
        options->key_log,
        "Write keys for Wireshark to decrypt wan.pcap with"
    );
    command
        ->add_option("--aead", options->aead, "SUITE=BACKEND: what seals; auto: the fastest here")
        ->envname("EGRET_AEAD")
        ->delimiter(',')
        ->allow_extra_args(false);
    command->add_option("--max-simd", options->max_simd_bits, "No vectors wider than that, in bits")
        ->envname("EGRET_MAX_SIMD")
        ->check(CLI::IsMember({64, 128, 256, 512}));
    options->copies.add_option(*command);
    command->add_flag("--json", options->json, "The report as one JSON object on stdout");
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace egret::control
