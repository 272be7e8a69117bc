// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/signing.hpp"

#include "control/apps/egret/password.hpp"
#include "control/compile/key_file.hpp"
#include "control/config/load.hpp"
#include "control/config/prescan.hpp"
#include "control/config/read_file.hpp"
#include "control/config/scalars.hpp"
#include "control/records/json.hpp"
#include "control/state/durable_file.hpp"
#include "control/state/push_comment.hpp"

#include <egret/crypto/minisign.hpp>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <ostream>
#include <span>

namespace egret::control {
namespace {

namespace fs = std::filesystem;

/// Lists are the largest files anybody signs.
constexpr size_t kMaxSignedBytes = size_t{64} << 20;
constexpr const char* kDefaultExpiry = "7d";
constexpr uint64_t kNsPerHour = 3'600'000'000'000;

struct Options {
    std::string key;       ///< path
    std::string key_text;  ///< of verify: the key itself
    std::string file;
    std::string signature;  ///< path; empty: FILE.minisig
    std::string comment;
    std::string expires;
    bool legacy = false;
    bool json = false;

    [[nodiscard]] std::string signature_path() const {
        return signature.empty() ? file + ".minisig" : signature;
    }
};

template <class Value>
using Or = tl::expected<Value, std::string>;

Or<std::string> read(const std::string& path, size_t most) {
    auto text = read_file(path, most);
    if (!text) {
        return tl::unexpected(path + ": " + text.error());
    }
    return std::move(*text);
}

/// "90s" to "8760h" as everywhere, and "7d".
std::optional<uint64_t> parse_expiry(std::string_view text) {
    if (!text.ends_with('d')) {
        return parse_duration(text);
    }
    constexpr uint32_t kMostDays = 3650;
    const auto days = parse_decimal(text.substr(0, text.size() - 1));
    return days && *days <= kMostDays ? std::optional(*days * 24 * kNsPerHour) : std::nullopt;
}

uint64_t unix_now_ns() {
    using namespace std::chrono;
    const auto now = duration_cast<nanoseconds>(system_clock::now().time_since_epoch());
    return static_cast<uint64_t>(now.count());
}

/// What a push's signature has to say of the configuration it signs.
Or<std::string> push_comment(const Options& options, const std::string& toml) {
    Findings findings(options.file);
    const auto config = parse_config(toml, "", findings);
    if (!config || findings.has_errors()) {
        return tl::unexpected(options.file + " has mistakes: egret check shows them");
    }
    const auto lasts_ns = parse_expiry(options.expires.empty() ? kDefaultExpiry : options.expires);
    if (!lasts_ns || *lasts_ns == 0) {
        return tl::unexpected(
            fmt::format("--expires: \"{}\" is no time like 12h or 7d", options.expires)
        );
    }
    const PushComment comment{
        *config->node.name,
        *config->node.generation,
        unix_now_ns() + *lasts_ns};
    return comment.text();
}

/// As given; for a configuration what a push needs; else what minisign writes.
Or<std::string> comment_for(const Options& options, const std::string& content) {
    if (!options.comment.empty()) {
        return options.comment;
    }
    if (!options.expires.empty() || fs::path(options.file).extension() == ".toml") {
        return push_comment(options, content);
    }
    return fmt::format(
        "timestamp:{}\tfile:{}{}",
        unix_now_ns() / 1'000'000'000,
        fs::path(options.file).filename().string(),
        options.legacy ? "" : "\thashed"
    );
}

Or<crypto::SigningKey> read_signing_key(const std::string& path, const Streams& streams) {
    auto text = read(path, crypto::kMaxSigningKeyText);
    if (!text) {
        return tl::unexpected(text.error());
    }
    if (is_open_to_others(path)) {
        streams.err << "warning: " << path << " is open to others; chmod 600 it\n";
    }
    auto key = crypto::SigningKey::parse(*text, std::nullopt);
    if (!key && key.error() == crypto::MinisignError::password_needed) {
        const auto password = Password::ask("Password of " + path, streams);
        key = password ? crypto::SigningKey::parse(*text, password->text()) : std::move(key);
    }
    crypto::wipe(std::as_writable_bytes(std::span(*text)));
    if (!key) {
        return tl::unexpected(path + " " + std::string(crypto::text_of(key.error())));
    }
    return std::move(*key);
}

Or<std::string> sign(const Options& options, const Streams& streams) {
    const auto content = read(options.file, kMaxSignedBytes);
    if (!content) {
        return tl::unexpected(content.error());
    }
    const auto comment = comment_for(options, *content);
    if (!comment) {
        return tl::unexpected(comment.error());
    }
    const auto key = read_signing_key(options.key, streams);
    if (!key) {
        return tl::unexpected(key.error());
    }
    const auto made = key->sign(crypto::bytes_of(*content), *comment, !options.legacy);
    if (!made) {
        return tl::unexpected("the comment " + std::string(crypto::text_of(made.error())));
    }
    const std::string path = options.signature_path();
    const auto written =
        write_durably(path, made->file_text("signature from egret keys sign"), 0644);
    if (!written) {
        return tl::unexpected(written.error());
    }
    return *comment;
}

ExitCode run_sign(const Options& options, const Streams& streams) {
    const auto comment = sign(options, streams);
    if (!comment) {
        streams.err << "egret keys sign: " << comment.error() << '\n';
        return ExitCode::refused;
    }
    const Json record{{"signature", options.signature_path()}, {"trusted_comment", *comment}};
    if (options.json) {
        streams.out << line_of(record) << '\n';
    } else {
        streams.out << options.signature_path() << ": " << *comment << '\n';
    }
    return ExitCode::done;
}

Or<crypto::FileSignature> verify(const Options& options) {
    const auto key_text =
        options.key.empty() ? options.key_text : read(options.key, crypto::kMaxSigningKeyText);
    if (!key_text) {
        return tl::unexpected(key_text.error());
    }
    const auto key = crypto::parse_signing_public_key(*key_text);
    if (!key) {
        const std::string name = options.key.empty() ? "the key" : options.key;
        return tl::unexpected(name + " " + std::string(crypto::text_of(key.error())));
    }
    const auto content = read(options.file, kMaxSignedBytes);
    const auto text = read(options.signature_path(), crypto::kMaxSignatureText);
    if (!content || !text) {
        return tl::unexpected(content ? text.error() : content.error());
    }
    auto signature = crypto::parse_file_signature(*text);
    const auto verified =
        signature ? crypto::verify_signature(*key, crypto::bytes_of(*content), *signature)
                  : tl::unexpected(signature.error());
    if (!verified) {
        return tl::unexpected(
            options.signature_path() + " " + std::string(crypto::text_of(verified.error()))
        );
    }
    return std::move(*signature);
}

ExitCode run_verify(const Options& options, const Streams& streams) {
    if (options.key.empty() == options.key_text.empty()) {
        streams.err << "egret keys verify: name the public key with -p FILE or -P KEY\n";
        return ExitCode::usage;
    }
    const auto signature = verify(options);
    if (!signature) {
        streams.err << "egret keys verify: " << signature.error() << '\n';
        return ExitCode::refused;
    }
    const Json record{
        {"key", signature->key_id.text()},
        {"prehashed", signature->is_prehashed},
        {"trusted_comment", signature->trusted_comment},
    };
    if (options.json) {
        streams.out << line_of(record) << '\n';
    } else {
        streams.out << options.file << ": signed by key " << signature->key_id.text() << ": "
                    << signature->trusted_comment << '\n';
    }
    return ExitCode::done;
}

Or<crypto::SigningPublicKey>
generate(const std::string& name, bool is_open, const Streams& streams) {
    const std::string secret_path = name + ".key";
    const std::string public_path = name + ".pub";
    std::error_code ignored;
    for (const std::string& path : {secret_path, public_path}) {
        if (fs::exists(path, ignored)) {
            return tl::unexpected(path + " is there already: choose another name");
        }
    }
    std::optional<Password> password;
    if (!is_open) {
        password = Password::ask("Password", streams);
        const auto again = Password::ask("Password (again)", streams);
        if (!password || !again || password->text() != again->text()) {
            return tl::unexpected(
                std::string("the passwords differ, or there is none: -W makes a "
                            "key without")
            );
        }
    }
    crypto::Random random = crypto::Random::system();
    const crypto::SigningKey key = crypto::SigningKey::generate(random);
    const auto text =
        key.file_text(password ? std::optional(password->text()) : std::nullopt, random);
    if (!text) {
        return tl::unexpected("the key " + std::string(crypto::text_of(text.error())));
    }
    auto written = write_durably(secret_path, text->view(), 0600);
    if (written) {
        written = write_durably(public_path, key.public_key().file_text(), 0644);
    }
    if (!written) {
        return tl::unexpected(written.error());
    }
    return key.public_key();
}

}  // namespace

ExitCode
generate_signing_keys(const std::string& name, bool is_open, bool json, const Streams& streams) {
    const auto key = generate(name, is_open, streams);
    if (!key) {
        streams.err << "egret keys generate: " << key.error() << '\n';
        return ExitCode::refused;
    }
    const Json record{{"key", key->id.text()}, {"public_key", key->text()}};
    if (json) {
        streams.out << line_of(record) << '\n';
    } else {
        streams.out << name << ".key, " << name << ".pub: key " << key->id.text() << '\n';
    }
    return ExitCode::done;
}

void add_keys_sign(CLI::App& keys, const Streams& streams, ExitCode& result) {
    CLI::App* command =
        keys.add_subcommand("sign", "Sign a file as minisign does; a configuration for a push");
    auto options = std::make_shared<Options>();
    command->add_option("-s,--secret-key", options->key, "A minisign secret key")->required();
    command->add_option("-m,--message", options->file, "The file to sign")->required();
    command->add_option("-x,--signature", options->signature, "Where to; FILE.minisig");
    CLI::Option* comment = command->add_option(
        "-t,--trusted-comment",
        options->comment,
        "What the signature says besides; by default, for a .toml, what a push needs"
    );
    command
        ->add_option("--expires", options->expires, "How long a push is good for; 7d for a .toml")
        ->excludes(comment);
    command->add_flag("-l,--legacy", options->legacy, "Sign the file itself, not its hash");
    command->add_flag("--json", options->json, "One JSON object on stdout");
    command->callback([options, &streams, &result] { result = run_sign(*options, streams); });
}

void add_keys_verify(CLI::App& keys, const Streams& streams, ExitCode& result) {
    CLI::App* command = keys.add_subcommand("verify", "Check a minisign signature");
    auto options = std::make_shared<Options>();
    command->add_option("-p,--public-key-file", options->key, "A minisign public key");
    command->add_option("-P,--public-key", options->key_text, "The same as its line of base64");
    command->add_option("-m,--message", options->file, "The file that was signed")->required();
    command->add_option("-x,--signature", options->signature, "Its signature; FILE.minisig");
    command->add_flag("--json", options->json, "One JSON object on stdout");
    command->callback([options, &streams, &result] { result = run_verify(*options, streams); });
}

}  // namespace egret::control
