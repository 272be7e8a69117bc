// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/commands.hpp"
#include "control/apps/egret/signing.hpp"
#include "control/records/json.hpp"
#include "control/state/key_rotation.hpp"

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
    std::string config;  ///< of rotate
    std::string name;    ///< of a signing pair
    bool signing = false;
    bool is_open = false;  ///< no password
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
    if (options.signing != !options.name.empty()) {
        streams.err << "egret keys generate: --signing and -o NAME go together\n";
        return ExitCode::usage;
    }
    if (options.signing) {
        return generate_signing_keys(options.name, options.is_open, options.json, streams);
    }
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

Json rotation_json(const KeyRotation& rotation) {
    return Json{
        {"key_file", rotation.key_file.string()},
        {"old_key_file", rotation.old_key_file.string()},
        {"public_key", crypto::key_text(rotation.public_key).view()},
        {"old_public_key", crypto::key_text(rotation.old_public_key).view()},
        {"next_generation", rotation.next_generation},
        {"previous_private_key", rotation.previous_value},
    };
}

ExitCode rotate(const Options& options, const Streams& streams) {
    crypto::Random random = crypto::Random::system();
    const auto rotation = rotate_key(options.config, random);
    if (!rotation) {
        streams.err << "egret keys rotate: " << rotation.error() << '\n';
        return ExitCode::refused;
    }
    if (options.json) {
        streams.out << line_of(rotation_json(*rotation)) << '\n';
    } else {
        streams.out << next_steps(*rotation);
    }
    return ExitCode::done;
}

void add_rotate(
    CLI::App& keys,
    const std::shared_ptr<Options>& options,
    const Streams& streams,
    ExitCode& result
) {
    CLI::App* command = keys.add_subcommand(
        "rotate",
        "A new key for a node beside its old one, and what to do next"
    );
    command->add_option("FILE", options->config, "The node's configuration")->required();
    command->add_flag("--json", options->json, "One JSON object on stdout");
    command->callback([options, &streams, &result] { result = rotate(*options, streams); });
}

}  // namespace

void add_keys(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* keys = app.add_subcommand("keys", "Make and rotate keys, sign and verify");
    keys->require_subcommand(1);
    auto options = std::make_shared<Options>();
    CLI::App* generate_command = keys->add_subcommand("generate", "A private key on stdout");
    generate_command
        ->add_flag("--signing", options->signing, "A minisign pair instead: NAME.key and NAME.pub");
    generate_command->add_option("-o,--output", options->name, "NAME of a signing pair");
    generate_command->add_flag("-W", options->is_open, "A signing key without a password");
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
    add_rotate(*keys, options, streams, result);
    add_keys_sign(*keys, streams, result);
    add_keys_verify(*keys, streams, result);
}

}  // namespace egret::control
