// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/commands.hpp"
#include "control/records/json.hpp"

#include <egret/crypto/key_text.hpp>
#include <egret/crypto/random.hpp>
#include <egret/crypto/x25519.hpp>

#include <CLI/CLI.hpp>
#include <istream>
#include <memory>
#include <ostream>
#include <span>
#include <string>

namespace egret::control {
namespace {

struct Options {
    bool json = false;
};

/// Wiped, as the text may be a private key.
void print(std::ostream& out, const char* name, const crypto::KeyText& text, bool json) {
    if (!json) {
        out << text.view() << '\n';
        return;
    }
    std::string line = line_of(Json{{name, text.view()}});
    out << line << '\n';
    crypto::wipe(std::as_writable_bytes(std::span(line)));
}

ExitCode generate(const Options& options, const Streams& streams) {
    crypto::Random random = crypto::Random::system();
    const crypto::PrivateKey key = crypto::PrivateKey::generate(random);
    print(streams.out, "private_key", crypto::key_text(key), options.json);
    return ExitCode::done;
}

/// Takes one line, with or without its end, and nothing behind it.
ExitCode derive_public(const Options& options, const Streams& streams) {
    std::string line;
    std::getline(streams.in, line);
    const bool is_alone = (streams.in >> std::ws).eof();
    const auto key = is_alone ? crypto::parse_private_key(line) : std::nullopt;
    crypto::wipe(std::as_writable_bytes(std::span(line)));
    if (!key) {
        streams.err << "egret keys public: stdin holds no private key: one line of base64 is "
                       "needed, as egret keys generate writes it\n";
        return ExitCode::refused;
    }
    print(streams.out, "public_key", crypto::key_text(key->public_key()), options.json);
    return ExitCode::done;
}

}  // namespace

void add_keys(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* keys = app.add_subcommand("keys", "Make keys, as wg genkey and wg pubkey do");
    keys->require_subcommand(1);
    auto options = std::make_shared<Options>();
    CLI::App* generate_command = keys->add_subcommand("generate", "A private key on stdout");
    generate_command->add_flag("--json", options->json, "One JSON object on stdout");
    generate_command->callback([options, &streams, &result] {
        result = generate(*options, streams);
    });
    CLI::App* public_command =
        keys->add_subcommand("public", "A private key on stdin, its public key on stdout");
    public_command->add_flag("--json", options->json, "One JSON object on stdout");
    public_command->callback([options, &streams, &result] {
        result = derive_public(*options, streams);
    });
}

}  // namespace egret::control
