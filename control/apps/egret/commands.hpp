// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>

namespace CLI {
class App;
}

/// The commands of `egret` (contract section 3), one file each.
namespace egret::control {

enum class ExitCode : int { done = 0, refused = 1, usage = 2 };

/// Where a command reads and writes: answers to `out`, complaints to `err`.
struct Streams {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
};

// Each adds its command to `app`; when it is the one asked for, it runs while the command line is
// parsed and leaves its result in `result`. Both references must outlive the parse.
void add_capture(CLI::App& app, const Streams& streams, ExitCode& result);
void add_check(CLI::App& app, const Streams& streams, ExitCode& result);
void add_clients(CLI::App& app, const Streams& streams, ExitCode& result);
void add_confirm(CLI::App& app, const Streams& streams, ExitCode& result);
void add_counters(CLI::App& app, const Streams& streams, ExitCode& result);
void add_diff(CLI::App& app, const Streams& streams, ExitCode& result);
void add_flows(CLI::App& app, const Streams& streams, ExitCode& result);
void add_history(CLI::App& app, const Streams& streams, ExitCode& result);
void add_keys(CLI::App& app, const Streams& streams, ExitCode& result);
void add_lists(CLI::App& app, const Streams& streams, ExitCode& result);
void add_locations(CLI::App& app, const Streams& streams, ExitCode& result);
void add_lookup(CLI::App& app, const Streams& streams, ExitCode& result);
void add_ports(CLI::App& app, const Streams& streams, ExitCode& result);
void add_push(CLI::App& app, const Streams& streams, ExitCode& result);
void add_replay(CLI::App& app, const Streams& streams, ExitCode& result);
void add_rollback(CLI::App& app, const Streams& streams, ExitCode& result);
void add_segments(CLI::App& app, const Streams& streams, ExitCode& result);
void add_signins(CLI::App& app, const Streams& streams, ExitCode& result);
void add_status(CLI::App& app, const Streams& streams, ExitCode& result);
void add_trust(CLI::App& app, const Streams& streams, ExitCode& result);
void add_tunnels(CLI::App& app, const Streams& streams, ExitCode& result);
void add_what_if(CLI::App& app, const Streams& streams, ExitCode& result);

}  // namespace egret::control
