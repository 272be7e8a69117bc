// SPDX-License-Identifier: Apache-2.0
#include "control_fixture.hpp"

#include "compiled_node.hpp"
#include "control/config/load.hpp"
#include "control/config/read_file.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <CppUTest/TestHarness.h>

namespace egret::test {

const std::string_view kBranch = R"(schema = 1
[node]
name = "b1"
role = "branch"
generation = 1
[identity]
private_key = "file:node.key"
[[port]]
name = "lan0"
side = "inside"
[[port]]
name = "wan0"
side = "outside"
addresses = ["10.0.0.2/24"]
gateways = ["10.0.0.1"]
[egress]
addresses = ["203.0.113.7"]
[tunnel]
carry = "header"
[[peer]]
name = "e1"
public_key = "y8U17A33eOEnLDxX48Yn7vAWIt9gqV/3vpTOhBcRzG0="
endpoint = "198.51.100.10:51820"
[[list]]
name = "idp"
prefixes = ["192.0.2.0/24"]
[[segment]]
name = "entra"
lists = ["idp"]
[[rule]]
name = "sign-ins"
segments = ["entra"]
action = "tunnel"
via = "e1"
when_down = "drop"
)";

const std::string_view kEdge = R"(schema = 1
[node]
name = "e1"
role = "edge"
generation = 1
[identity]
private_key = "file:edge.key"
[[port]]
name = "svc0"
side = "inside"
addresses = ["172.16.0.1/24"]
[[port]]
name = "net0"
side = "outside"
addresses = ["198.51.100.10/24"]
[[peer]]
name = "b1"
public_key = "R0U3P/FxazGr2FLMBrb80hLnYO19v0UQRIIsbfPttSs="
origins = ["203.0.113.7/32"]
[[list]]
name = "idp"
prefixes = ["192.0.2.0/24"]
[[segment]]
name = "entra"
lists = ["idp"]
)";

std::string with(std::string_view text, std::string_view from, std::string_view to) {
    std::string changed(text);
    const size_t at = changed.find(from);
    if (at == std::string::npos) {
        FAIL(("no such text: " + std::string(from)).c_str());
    }
    return changed.replace(at, from.size(), to);
}

TempFolder::TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "egret-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TempFolder::write(const std::string& name, std::string_view content) const {
    const std::filesystem::path path = path_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path;
}

std::vector<std::string> findings_of(std::string_view toml) {
    control::Findings findings("t.toml");
    static_cast<void>(control::parse_config(std::string(toml), "", findings));
    findings.sort();
    std::vector<std::string> lines;
    for (const control::Finding& finding : findings.all()) {
        lines.push_back(to_text(finding));
    }
    return lines;
}

std::vector<std::string> findings_in(const TempFolder& folder, std::string_view toml) {
    const std::string prefix = folder.path().string() + "/";
    std::vector<std::string> lines;
    for (const auto& finding : control::load_generation(folder.write("t.toml", toml)).findings) {
        std::string line = to_text(finding);
        for (size_t at = line.find(prefix); at != std::string::npos; at = line.find(prefix)) {
            line.erase(at, prefix.size());
        }
        lines.push_back(line);
    }
    return lines;
}

control::Generation compiled(const TempFolder& folder, std::string_view toml) {
    control::LoadResult loaded = control::load_generation(folder.write("t.toml", toml));
    for (const control::Finding& finding : loaded.findings) {
        if (finding.severity == control::Severity::error) {
            FAIL(to_text(finding).c_str());
        }
    }
    return std::move(*loaded.generation);
}

std::optional<std::string> shared_text(const std::string& name) {
    const char* folder = std::getenv("EGRET_SHARED_DIR");
    const std::string path =
        std::string(folder != nullptr ? folder : EGRET_DEFAULT_SHARED_DIR) + "/" + name;
    auto text = control::read_file(path, size_t{64} << 20);
    if (text) {
        return *text;
    }
    const char* ci = std::getenv("CI");
    if (ci != nullptr && std::string_view(ci) == "true") {
        FAIL(("missing: " + path).c_str());
    }
    std::printf("SKIP %s: %s\n", path.c_str(), text.error().c_str());
    return std::nullopt;
}

void check_lines(const std::vector<std::string>& expected, const std::vector<std::string>& actual) {
    for (size_t i = 0; i < expected.size() || i < actual.size(); ++i) {
        STRCMP_EQUAL(
            i < expected.size() ? expected[i].c_str() : "(nothing)",
            i < actual.size() ? actual[i].c_str() : "(nothing)"
        );
    }
}

void check_verdict(api::Verdict expected, const api::Classification& found) {
    CHECK_TRUE(expected == found.verdict);
}

}  // namespace egret::test
