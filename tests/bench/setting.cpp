// SPDX-License-Identifier: Apache-2.0
#include "setting.hpp"

#include "control/compile/generation.hpp"
#include "measurement.hpp"

#include <egret/crypto/random.hpp>

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>

namespace egret::bench {
namespace fs = std::filesystem;

namespace {

constexpr uint32_t kListFirst = 16U << 24;  // 16.0.0.0 ...
constexpr uint32_t kListSpan = 84U << 24;   // ... to 99.255.255.255
constexpr uint32_t kNetworkMask = 0xffffff00;
constexpr uint16_t kListenPort = 51820;

// Keys are never used, the sessions are installed by hand; they only have to be valid.
constexpr std::string_view kBranchToml = R"(schema = 1
[node]
name = "bench-branch"
role = "branch"
generation = 1
[identity]
private_key = "file:branch.key"
[[port]]
name = "lan0"
side = "inside"
[[port]]
name = "wan0"
side = "outside"
addresses = ["203.0.113.7/24", "2001:db8:42::2/64"]
gateways = ["203.0.113.1", "2001:db8:42::1"]
[egress]
addresses = ["203.0.113.7"]
[[peer]]
name = "edge"
public_key = "wiSO3+DwpX4TwCc779VEHOeQWOMd1C9bb0sdz04azhk="
endpoint = "{endpoint}"
suite = "{suite}"
group = "edges"
[[list]]
name = "services"
format = "text"
source = "file:prefixes.txt"
[[segment]]
name = "services"
lists = ["services"]
tcp_ports = ["443"]
udp_ports = ["443"]
[[rule]]
name = "services"
segments = ["services"]
action = "tunnel"
via = "edges"
when_down = "drop"
)";

constexpr std::string_view kEdgeToml = R"(schema = 1
[node]
name = "bench-edge"
role = "edge"
generation = 1
[identity]
private_key = "file:edge.key"
[[port]]
name = "svc0"
side = "inside"
addresses = ["192.0.2.1/24"]
[[port]]
name = "net0"
side = "outside"
addresses = ["198.51.100.10/24", "2001:db8:51::10/64"]
gateways = ["198.51.100.1", "2001:db8:51::1"]
[[peer]]
name = "branch"
public_key = "qo4PSb75Pdk7ywA909Ui0c2raAl9YL6QdAQlUcIuxzI="
origins = ["203.0.113.7/32"]
suite = "{suite}"
[[list]]
name = "services"
format = "text"
source = "file:prefixes.txt"
[[segment]]
name = "services"
lists = ["services"]
tcp_ports = ["443"]
udp_ports = ["443"]
[restore]
present = "origin"
)";

api::Endpoint endpoint_of(api::Role role, int outer) {
    const std::string_view address = role == api::Role::branch
                                         ? (outer == 4 ? "203.0.113.7" : "2001:db8:42::2")
                                         : (outer == 4 ? "198.51.100.10" : "2001:db8:51::10");
    return {*api::parse_address(address), kListenPort};
}

}  // namespace

api::Prefix list_prefix(uint32_t i, uint32_t n) noexcept {
    const uint32_t network = (kListFirst + kListSpan / n * i) & kNetworkMask;
    api::Prefix prefix;
    prefix.address.family = api::Family::ipv4;
    for (uint32_t byte = 0; byte < 4; ++byte) {
        prefix.address.bytes[byte] = static_cast<uint8_t>(network >> (24 - 8 * byte));
    }
    prefix.length = 24;
    return prefix;
}

Folder::Folder() {
    std::string name = (fs::temp_directory_path() / "egret-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
        fmt::print(stderr, "{}: no temporary folder can be made\n", name);
        std::exit(1);
    }
    path_ = name;
}

Folder::~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

fs::path Folder::write(api::Role role, const Setting& setting) const {
    std::ofstream list(path_ / "prefixes.txt");
    for (uint32_t i = 0; i < setting.n_prefixes; ++i) {
        list << to_text(list_prefix(i, setting.n_prefixes)) << '\n';
    }
    const bool branch = role == api::Role::branch;
    const fs::path toml = path_ / (branch ? "branch.toml" : "edge.toml");
    std::ofstream(toml) << fmt::format(
        fmt::runtime(branch ? kBranchToml : kEdgeToml),
        fmt::arg("endpoint", to_text(endpoint_of(api::Role::edge, setting.outer))),
        fmt::arg("suite", name_of(setting.suite()))
    );
    return toml;
}

tl::expected<api::Tables, std::string> compile(const fs::path& toml) {
    control::LoadResult result = control::load_generation(toml);
    if (!result.generation) {
        std::string text;
        for (const control::Finding& finding : result.findings) {
            text += (text.empty() ? "" : "\n") + to_text(finding);
        }
        return tl::unexpected(text);
    }
    return std::move(result.generation->tables);
}

tl::expected<TablesPair, std::string> compile_pair(const Setting& setting) {
    const Folder folder;
    auto branch = compile(folder.write(api::Role::branch, setting));
    auto edge = compile(folder.write(api::Role::edge, setting));
    if (!branch || !edge) {
        return tl::unexpected(branch ? edge.error() : branch.error());
    }
    return TablesPair{std::move(*branch), std::move(*edge)};
}

std::array<api::SessionInstall, 2> make_sessions(const Setting& setting, uint64_t now_ns) {
    crypto::Random random = crypto::Random::seeded({});
    api::SessionInstall branch;
    branch.receiver_index = 1;
    branch.remote_index = 2;
    branch.suite = setting.suite();
    branch.initiator = true;
    branch.created_ns = now_ns;
    branch.endpoint = endpoint_of(api::Role::edge, setting.outer);
    random.fill(branch.send_key);
    random.fill(branch.receive_key);
    api::SessionInstall edge = branch;
    std::swap(edge.receiver_index, edge.remote_index);
    std::swap(edge.send_key, edge.receive_key);
    edge.initiator = false;
    edge.endpoint = endpoint_of(api::Role::branch, setting.outer);
    return {branch, edge};
}

}  // namespace egret::bench
