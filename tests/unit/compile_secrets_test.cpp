// SPDX-License-Identifier: Apache-2.0
#include "control_fixture.hpp"

#include <egret/crypto/key_text.hpp>

#include <sys/stat.h>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

// RFC 7748 section 6.1, Alice.
const char* const kPrivate = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n";
const char* const kPublic = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";

std::string write_secret(const TempFolder& folder, const char* name, std::string_view text) {
    const std::string path = folder.write(name, text).string();
    chmod(path.c_str(), 0600);
    return path;
}

/// Findings without the folder's path, of a load that needs keys.
std::vector<std::string> findings_with_keys(const TempFolder& folder, std::string_view toml) {
    const std::string path = folder.write("t.toml", toml).string();
    std::vector<std::string> lines;
    for (Finding finding : load_generation(path, {.needs_keys = true}).findings) {
        finding.file = "t.toml";
        const std::string prefix = folder.path().string() + "/";
        if (const size_t at = finding.message.find(prefix); at != std::string::npos) {
            finding.message.erase(at, prefix.size());
        }
        lines.push_back(to_text(finding));
    }
    return lines;
}

}  // namespace

TEST_GROUP(CompileSecrets)
{};

TEST(CompileSecrets, KeyFilesFillTheTables) {
    const TempFolder folder;
    write_secret(folder, "node.key", kPrivate);
    write_secret(folder, "psk", kPrivate);
    const std::string text =
        with(kBranch, "endpoint =", "preshared_key = \"file:psk\"\nendpoint =");
    const LoadResult loaded = load_generation(folder.write("t.toml", text), {.needs_keys = true});
    LONGS_EQUAL(0, loaded.findings.size());
    STRCMP_EQUAL(
        kPublic,
        std::string(crypto::key_text(loaded.generation->secrets.identity->public_key).view())
            .c_str()
    );
    const auto& bytes = loaded.generation->tables.public_key;
    LONGS_EQUAL(0x85, bytes[0]);
    CHECK_FALSE(loaded.generation->secrets.preshared[0].is_zero());
}

TEST(CompileSecrets, CheckNeedsNone) {
    const TempFolder folder;
    check_lines({}, findings_in(folder, kBranch));
    CHECK_FALSE(compiled(folder, kBranch).secrets.identity.has_value());
}

TEST(CompileSecrets, TunnelsNeedThem) {
    const TempFolder folder;
    check_lines(
        {"t.toml:7:15: identity.private_key: node.key: cannot be read: No such file or directory"},
        findings_with_keys(folder, kBranch)
    );
}

TEST(CompileSecrets, WhatHoldsNoKeyIsRefusedEverywhere) {
    const TempFolder folder;
    const std::string refusal =
        "t.toml:7:15: identity.private_key: node.key: holds no key: one line of base64 is needed, "
        "as "
        "wg genkey writes it";
    for (const char* text : {"", "hello\n", "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo= x"}) {
        write_secret(folder, "node.key", text);
        check_lines({refusal}, findings_with_keys(folder, kBranch));
        check_lines({refusal}, findings_in(folder, kBranch));
    }
    write_secret(folder, "node.key", std::string(1000, 'A'));
    check_lines(
        {"t.toml:7:15: identity.private_key: node.key: is larger than 256 bytes"},
        findings_with_keys(folder, kBranch)
    );
}

TEST(CompileSecrets, FilesOpenToOthersAreRemarkedOn) {
    const TempFolder folder;
    const std::string path = write_secret(folder, "node.key", kPrivate);
    chmod(path.c_str(), 0640);
    check_lines(
        {"t.toml:7:15: warning: identity.private_key: node.key: is open to others; chmod 600 it"},
        findings_with_keys(folder, kBranch)
    );
}

TEST(CompileSecrets, ANodeThatRunsRefusesFilesOpenToOthers) {
    const TempFolder folder;
    const std::string path = write_secret(folder, "node.key", kPrivate);
    chmod(path.c_str(), 0604);
    const ConfigText text{"pushed.toml", std::string(kBranch), folder.path()};
    const LoadResult loaded =
        load_generation(text, {.needs_keys = true, .wants_closed_keys = true});
    CHECK_FALSE(loaded.generation.has_value());
    const std::string refusal =
        "pushed.toml:7:15: identity.private_key: " + path + ": is open to others; chmod 600 it";
    check_lines({refusal}, {to_text(loaded.findings.front())});
    chmod(path.c_str(), 0400);
    CHECK_TRUE(load_generation(text, {.needs_keys = true, .wants_closed_keys = true})
                   .generation.has_value());
}

TEST(CompileSecrets, APeerIsSomebodyElse) {
    const TempFolder folder;
    write_secret(folder, "node.key", kPrivate);
    check_lines(
        {"t.toml:22:14: peer.public_key: is this node's own key"},
        findings_with_keys(
            folder,
            with(kBranch, "y8U17A33eOEnLDxX48Yn7vAWIt9gqV/3vpTOhBcRzG0=", kPublic)
        )
    );
}
