// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/change_answer.hpp"
#include "control/config/read_file.hpp"

#include <egret/crypto/minisign.hpp>

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

namespace egret::control {
namespace {

struct Options : DaemonCommand {
    std::string file;
    std::string signature;
    std::string remove;
    bool list = false;
};

std::string keys_view(const Records& keys) {
    std::string text;
    for (const Json& key : keys) {
        text +=
            key.value("key", std::string()) + "  " + key.value("public_key", std::string()) + "\n";
    }
    return text.empty() ? "no key is trusted: root may push unsigned\n" : text;
}

/// Reads what is to be sent as `name`; false with a complaint if it cannot be read.
bool add_file(
    const char* name,
    const std::string& path,
    size_t most,
    Json& request,
    const Streams& streams
) {
    const auto text = read_file(path, most);
    if (!text) {
        streams.err << "egret trust: " << path << ": " << text.error() << '\n';
        return false;
    }
    request[name] = *text;
    return true;
}

ExitCode run(const Options& options, const Streams& streams) {
    const int n_wishes = static_cast<int>(!options.file.empty()) +
                         static_cast<int>(!options.remove.empty()) + static_cast<int>(options.list);
    if (n_wishes != 1 || (options.file.empty() && !options.signature.empty())) {
        streams.err << "egret trust: name a FILE, or --list, or --remove KEY\n";
        return ExitCode::usage;
    }
    if (options.list) {
        return show_records(options, streams, Json{{"command", "trust-list"}}, keys_view);
    }
    if (!options.remove.empty()) {
        const Json request{{"command", "trust-remove"}, {"id", options.remove}};
        return change(options, streams, "trust", request);
    }
    Json request{{"command", options.signature.empty() ? "trust" : "trust-signed"}};
    const bool is_read =
        add_file("key", options.file, crypto::kMaxSigningKeyText, request, streams) &&
        (options.signature.empty() ||
         add_file("signature", options.signature, crypto::kMaxSignatureText, request, streams));
    return is_read ? change(options, streams, "trust", request) : ExitCode::refused;
}

}  // namespace

void add_trust(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command =
        app.add_subcommand("trust", "Whose signed pushes the node takes: install a minisign key");
    auto options = std::make_shared<Options>();
    command->add_option("FILE", options->file, "A minisign public key; root only");
    command->add_option(
        "--signature",
        options->signature,
        "FILE signed by a key that is trusted already: then operators may install it too"
    );
    command->add_flag("--list", options->list, "Show the keys");
    command->add_option("--remove", options->remove, "Trust this key no longer; root only");
    add_change_options(*command, *options);
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace egret::control
