// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/daemon_command.hpp"
#include "control/operator/pcapng.hpp"

#include <egret/api/channel.hpp>
#include <egret/api/messages.hpp>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <ostream>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace egret::control {
namespace {

/// Frames of this size and less are copied whole (api::Capture::snap_bytes).
constexpr uint32_t kSnapBytes = 262'144;

struct Options : DaemonCommand {
    std::string port;
    std::string file;
    uint64_t count = 0;
};

volatile std::sig_atomic_t interrupted = 0;

/// The capture ends as meant when the operator interrupts it: what was written is whole.
void end_on_interrupt() {
    struct sigaction action {};

    action.sa_handler = [](int) { interrupted = 1; };
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

/// Both ends of a socket that keeps frames apart.
tl::expected<std::pair<api::Descriptor, api::Descriptor>, std::string> socket_pair() {
    int ends[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return tl::unexpected(std::string("a socket could not be made: ") + std::strerror(errno));
    }
    return std::pair(api::Descriptor(ends[0]), api::Descriptor(ends[1]));
}

CapturedBytes captured(std::span<const std::byte> message) {
    api::CapturedFrame front;
    std::memcpy(&front, message.data(), sizeof(front));
    return {
        .unix_ns = front.unix_ns,
        .frame_bytes = front.frame_bytes,
        .n_missed = front.n_missed,
        .is_sent = front.sent,
        .bytes = message.subspan(sizeof(front)),
    };
}

struct Totals {
    uint64_t n_frames = 0;
    uint64_t n_missed = 0;
};

/// Writes frames until the dataplane, the count or the operator ends it.
Totals copy_frames(const Options& options, int socket, std::ostream& file, std::ostream& err) {
    const bool shows_progress = isatty(STDERR_FILENO) == 1;
    std::vector<std::byte> room(sizeof(api::CapturedFrame) + kSnapBytes);
    Totals totals;
    while (interrupted == 0 && (options.count == 0 || totals.n_frames < options.count)) {
        const ssize_t size = recv(socket, room.data(), room.size(), 0);
        if (size < static_cast<ssize_t>(sizeof(api::CapturedFrame))) {
            if (size < 0 && errno == EINTR) {
                continue;
            }
            break;
        }
        const CapturedBytes frame = captured(std::span(room).first(static_cast<size_t>(size)));
        file << pcapng_packet(frame);
        file.flush();
        ++totals.n_frames;
        totals.n_missed += frame.n_missed;
        if (shows_progress) {
            err << fmt::format("\r{} frames", totals.n_frames) << std::flush;
        }
    }
    err << (shows_progress ? "\r" : "");
    return totals;
}

/// Error: one sentence.
tl::expected<Totals, std::string> capture(const Options& options, std::ostream& err) {
    auto client = OperatorClient::connect(options.run_directory);
    if (!client) {
        return tl::unexpected(client.error());
    }
    auto ends = socket_pair();
    if (!ends) {
        return tl::unexpected(ends.error());
    }
    const Json request{
        {"command", "capture"},
        {"port", options.port},
        {"count", options.count},
    };
    const auto answer = client->request(
        request,
        [](const Json&) {},
        ends->second.get()
    );
    ends->second = api::Descriptor();
    if (!answer) {
        return tl::unexpected(answer.error());
    }
    if (member(*answer, "ok") != true) {
        return tl::unexpected(answer->value("message", std::string()));
    }
    std::ofstream file(options.file, std::ios::binary | std::ios::trunc);
    file << pcapng_head(options.port, kSnapBytes);
    const Totals totals = copy_frames(options, ends->first.get(), file, err);
    file.flush();
    if (!file) {
        return tl::unexpected(options.file + ": cannot be written");
    }
    return totals;
}

ExitCode run(const Options& options, const Streams& streams) {
    end_on_interrupt();
    const auto totals = capture(options, streams.err);
    if (!totals) {
        streams.err << "egret capture: " << totals.error() << '\n';
        return ExitCode::refused;
    }
    streams.err << fmt::format(
        "{} frames of {} in {}{}\n",
        totals->n_frames,
        options.port,
        options.file,
        totals->n_missed == 0 ? "" : fmt::format("; {} more were missed", totals->n_missed)
    );
    return ExitCode::done;
}

}  // namespace

void add_capture(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command = app.add_subcommand("capture", "Copy a port's frames, both ways, to a file");
    auto options = std::make_shared<Options>();
    command->add_option("--port", options->port, "As the configuration names it")->required();
    command->add_option("--out", options->file, "A pcapng file, replaced")->required();
    command->add_option("--count", options->count, "Frames; without it until interrupted");
    add_run_directory(*command, *options);
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace egret::control
