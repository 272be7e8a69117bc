// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include "ports/devargs.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string_view>
#include <system_error>

namespace egret {
namespace {

constexpr int kRefused = 1;
constexpr int kUsage = 2;

/// What api::Port::name and api::PortRecord have room for.
constexpr size_t kMaxName = 15;

constexpr const char* kFooter =
    "DEVARGS is what DPDK calls a device, for instance\n"
    "  net_af_packet0,iface=eth1    an interface of the kernel, by packet sockets\n"
    "  net_af_xdp0,iface=eth1       the same by XDP sockets\n"
    "  net_tap0,iface=egret0        a new interface of the kernel, with the host behind it\n"
    "  net_memif0,role=client       another DPDK program on this machine\n"
    "  0000:03:00.0                 a PCI device\n"
    "Behind -- stand arguments for DPDK's EAL; those about memory or cores replace the defaults.\n";

/// NAME=DEVARGS. Error: one sentence.
tl::expected<PortOption, std::string> read_port(const std::string& text) {
    const size_t split = text.find('=');
    if (split == 0 || split == std::string::npos || split + 1 == text.size()) {
        return tl::unexpected("--port " + text + ": write it as NAME=DEVARGS");
    }
    if (split > kMaxName) {
        return tl::unexpected(
            "--port " + text + ": the name is longer than " + std::to_string(kMaxName) +
            " characters"
        );
    }
    return PortOption{text.substr(0, split), text.substr(split + 1)};
}

/// Empty if `next` may stand beside `ports`.
std::string clash(const std::vector<PortOption>& ports, const PortOption& next) {
    for (const PortOption& port : ports) {
        if (port.name == next.name) {
            return "--port " + next.name + ": there are two of this name";
        }
        if (device_of(port.devargs) == device_of(next.devargs)) {
            return "--port " + next.name + ": port " + port.name + " has the device " +
                   std::string(device_of(next.devargs)) + " already; number them differently";
        }
    }
    return {};
}

tl::expected<std::vector<PortOption>, Leave> read_ports(const std::vector<std::string>& texts) {
    std::vector<PortOption> ports;
    for (const std::string& text : texts) {
        auto port = read_port(text);
        if (!port) {
            return tl::unexpected(Leave{kUsage, port.error()});
        }
        if (std::string error = clash(ports, *port); !error.empty()) {
            return tl::unexpected(Leave{kUsage, std::move(error)});
        }
        ports.push_back(std::move(*port));
    }
    return ports;
}

}  // namespace

tl::expected<Options, Leave> read_options(std::span<char* const> arguments) {
    const auto split = std::ranges::find(arguments, std::string_view("--"), [](const char* text) {
        return std::string_view(text);
    });
    Options options;
    options.eal.assign(split == arguments.end() ? split : split + 1, arguments.end());

    CLI::App app("The packet process of Egret; egretd tells it what to do.", "egret-dataplane");
    app.footer(kFooter);
    std::string board;
    std::vector<std::string> ports;
    auto* board_option = app.add_option("--board", board, "Board profile that names the ports");
    auto* port_option = app.add_option("--port", ports, "NAME=DEVARGS: a port and its device")
                            ->allow_extra_args(false)
                            ->excludes(board_option);
    app.add_option("--workers", options.workers, "Threads that forward packets (1)")
        ->check(CLI::Range(1U, unsigned{kMaxWorkers}));
    app.add_option("--run-dir", options.run_dir, "Where the socket for egretd is made")->required();
    std::vector<std::string> aead;
    app.add_option("--aead", aead, "SUITE=BACKEND: what seals and opens; auto: the fastest here")
        ->envname("EGRET_AEAD")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_option("--max-simd", options.aead.max_simd_bits, "No vectors wider than that, in bits")
        ->envname("EGRET_MAX_SIMD")
        ->check(CLI::IsMember({64, 128, 256, 512}));
    try {
        app.parse(static_cast<int>(split - arguments.begin()), arguments.data());
    } catch (const CLI::ParseError& error) {
        // Help is no error to CLI11 and none to us; everything else is wrong usage.
        const bool help = error.get_exit_code() == 0;
        return tl::unexpected(help ? Leave{app.exit(error), {}} : Leave{kUsage, error.what()});
    }
    if (std::string error = options.aead.read(aead); !error.empty()) {
        return tl::unexpected(Leave{kUsage, "--aead " + error});
    }
    if (!board.empty()) {
        return tl::unexpected(
            Leave{kRefused, "--board: board profiles are not supported yet; name ports by --port"}
        );
    }
    if (port_option->empty()) {
        return tl::unexpected(Leave{kUsage, "name the ports by --port NAME=DEVARGS"});
    }
    auto read = read_ports(ports);
    if (!read) {
        return tl::unexpected(read.error());
    }
    options.ports = std::move(*read);
    std::error_code error;
    if (!std::filesystem::is_directory(options.run_dir, error)) {
        return tl::unexpected(
            Leave{kRefused, "--run-dir " + options.run_dir + ": there is no such directory"}
        );
    }
    return options;
}

}  // namespace egret
