// SPDX-License-Identifier: Apache-2.0
// Keys that rotate, keepalives and probes: what may be written, and what it becomes.
#include "compiled_node.hpp"
#include "control/compile/tunnel_keys.hpp"

#include <egret/crypto/key_text.hpp>

#include <array>
#include <bit>
#include <sys/stat.h>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

// RFC 7748 section 6.1: Alice and Bob.
const char* const kAlice = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n";
const char* const kAlicePublic = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";
const char* const kBob = "XasIfmJKikt54X+Lg4AO5m87sSkmGLb9HC+LJ/+I4Os=\n";
const char* const kBobPublic = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=";

std::string with_peer_key(std::string_view base, const std::string& line) {
    return with(base, "endpoint =", line + "\nendpoint =");
}

std::string with_previous_identity(std::string_view base) {
    return with(
        base,
        "[[port]]\nname = \"lan0\"",
        "previous_private_key = \"file:old.key\"\n[[port]]\nname = \"lan0\""
    );
}

void write_secret(const TempFolder& folder, const char* name, std::string_view text) {
    chmod(folder.write(name, text).c_str(), 0600);
}

using TableKey = std::array<uint8_t, 32>;

TableKey table_key(const char* text) {
    return std::bit_cast<TableKey>(crypto::parse_public_key(text)->bytes);
}

std::vector<std::string> findings_with_keys(const TempFolder& folder, std::string_view toml) {
    std::vector<std::string> lines;
    for (Finding finding :
         load_generation(folder.write("t.toml", toml), {.needs_keys = true}).findings) {
        finding.file = "t.toml";
        const std::string prefix = folder.path().string() + "/";
        if (const size_t at = finding.message.find(prefix); at != std::string::npos) {
            finding.message.erase(at, prefix.size());
        }
        lines.push_back(to_text(finding));
    }
    return lines;
}

uint32_t probe_of(const std::string& text) {
    return Node(text).tables().peers[0].probe_ms;
}

}  // namespace

TEST_GROUP(ConfigRotation)
{};

TEST(ConfigRotation, NextKeysArePeersKeysAndNobodyElses) {
    const std::string next = "next_public_key = \"" + std::string(kAlicePublic) + "\"";
    check_lines({}, findings_of(with_peer_key(kBranch, next)));
    const std::string other = with_peer_key(kBranch, next) +
                              "[[peer]]\nname = \"e2\"\npublic_key = \"" + kAlicePublic +
                              "\"\nendpoint = \"198.51.100.11:51820\"\n";
    check_lines(
        {"t.toml:39:14: peer.public_key: peer \"e1\" has the same key"},
        findings_of(other)
    );
    check_lines(
        {"t.toml:23:19: peer.next_public_key: is the same as public_key"},
        findings_of(with_peer_key(
            kBranch,
            "next_public_key = \"y8U17A33eOEnLDxX48Yn7vAWIt9gqV/3vpTOhBcRzG0=\""
        ))
    );
}

TEST(ConfigRotation, NeitherKeyOfAPeerIsOneOfThisNode) {
    const TempFolder folder;
    write_secret(folder, "node.key", kAlice);
    write_secret(folder, "old.key", kBob);
    check_lines(
        {"t.toml:24:19: peer.next_public_key: is this node's own key"},
        findings_with_keys(
            folder,
            with_peer_key(
                with_previous_identity(kBranch),
                "next_public_key = \"" + std::string(kBobPublic) + "\""
            )
        )
    );
}

TEST(ConfigRotation, PreviousKeysAreReadLikeTheOthers) {
    const TempFolder folder;
    write_secret(folder, "node.key", kAlice);
    const std::string text = with_peer_key(
        with_previous_identity(kBranch),
        "preshared_key = \"file:psk\"\nprevious_preshared_key = \"file:psk.old\""
    );
    write_secret(folder, "psk", kAlice);
    check_lines(
        {
            "t.toml:8:24: identity.previous_private_key: old.key: cannot be read: No such file or "
            "directory",
            "t.toml:25:26: peer.previous_preshared_key: psk.old: cannot be read: No such file or "
            "directory",
        },
        findings_with_keys(folder, text)
    );
    write_secret(folder, "old.key", kAlice);
    write_secret(folder, "psk.old", kAlice);
    check_lines(
        {
            "t.toml:8:24: warning: identity.previous_private_key: holds the same key as "
            "private_key",
            "t.toml:25:26: warning: peer.previous_preshared_key: holds the same key as "
            "preshared_key",
        },
        findings_with_keys(folder, text)
    );
}

TEST(ConfigRotation, BothKeysReachTablesAndTunnels) {
    const TempFolder folder;
    write_secret(folder, "node.key", kAlice);
    write_secret(folder, "old.key", kBob);
    write_secret(folder, "psk", kAlice);
    write_secret(folder, "psk.old", kBob);
    const std::string text = with_peer_key(
        with_previous_identity(kBranch),
        "next_public_key = \"R0U3P/FxazGr2FLMBrb80hLnYO19v0UQRIIsbfPttSs=\"\nkeepalive = \"25s\"\n"
        "preshared_key = \"file:psk\"\nprevious_preshared_key = \"file:psk.old\""
    );
    const LoadResult loaded = load_generation(folder.write("t.toml", text), {.needs_keys = true});
    LONGS_EQUAL(0, loaded.findings.size());
    const api::Tables& tables = loaded.generation->tables;
    CHECK_TRUE(tables.public_key == table_key(kAlicePublic));
    CHECK_TRUE(tables.previous_public_key == table_key(kBobPublic));
    CHECK_TRUE(tables.peers[0].public_key[0] == 0xcb);

    const OwnKeys own = own_keys(loaded.generation->secrets);
    LONGS_EQUAL(2, own.size());
    CHECK_TRUE(own[0].pair.public_key == *crypto::parse_public_key(kAlicePublic));
    CHECK_TRUE(own[1].pair.public_key == *crypto::parse_public_key(kBobPublic));
    const std::vector<TunnelPeer> peers = tunnel_peers(*loaded.generation);
    LONGS_EQUAL(1, peers.size());
    CHECK_TRUE(peers[0].next_public_key->bytes[0] == std::byte{0x47});
    CHECK_TRUE(peers[0].previous_preshared_key.has_value());
    CHECK_FALSE(*peers[0].previous_preshared_key == peers[0].preshared_key);
    CHECK_TRUE(peers[0].keepalive);
}

TEST(ConfigRotation, WithoutARotationThereIsOneOfEach) {
    const TempFolder folder;
    write_secret(folder, "node.key", kAlice);
    const LoadResult loaded =
        load_generation(folder.write("t.toml", kBranch), {.needs_keys = true});
    LONGS_EQUAL(1, own_keys(loaded.generation->secrets).size());
    const std::vector<TunnelPeer> peers = tunnel_peers(*loaded.generation);
    CHECK_FALSE(peers[0].next_public_key.has_value());
    CHECK_FALSE(peers[0].previous_preshared_key.has_value());
    CHECK_FALSE(peers[0].keepalive);
    CHECK_TRUE(loaded.generation->tables.previous_public_key == TableKey());
}

TEST(ConfigRotation, KeepalivesAreWholeSeconds) {
    LONGS_EQUAL(
        25,
        Node(with_peer_key(kBranch, "keepalive = \"25s\"")).tables().peers[0].keepalive_s
    );
    LONGS_EQUAL(
        120,
        Node(with_peer_key(kBranch, "keepalive = \"2m\"")).tables().peers[0].keepalive_s
    );
    LONGS_EQUAL(
        0,
        Node(with_peer_key(kBranch, "keepalive = \"0s\"")).tables().peers[0].keepalive_s
    );
    check_lines(
        {"t.toml:23:13: peer.keepalive: must be whole seconds"},
        findings_of(with_peer_key(kBranch, "keepalive = \"1500ms\""))
    );
    check_lines(
        {"t.toml:23:13: peer.keepalive: \"19h\" is above the maximum 65535000ms"},
        findings_of(with_peer_key(kBranch, "keepalive = \"19h\""))
    );
}

TEST(ConfigRotation, ABranchProbesPeersThatTakeHeaders) {
    LONGS_EQUAL(200, probe_of(std::string(kBranch)));
    LONGS_EQUAL(500, probe_of(with_peer_key(kBranch, "probe = \"500ms\"")));
    LONGS_EQUAL(0, probe_of(with_peer_key(kBranch, "probe = \"0s\"")));
    const std::string source = with(kBranch, "carry = \"header\"", "carry = \"source\"");
    LONGS_EQUAL(0, probe_of(source));
    LONGS_EQUAL(1000, probe_of(with_peer_key(source, "probe = \"1s\"")));
    LONGS_EQUAL(0, probe_of(std::string(kEdge)));
    check_lines(
        {"t.toml:23:9: peer.probe: 5ms is below the minimum 20ms"},
        findings_of(with_peer_key(kBranch, "probe = \"5ms\""))
    );
}

TEST(ConfigRotation, DisposableIsSaidByTheNodeItself) {
    CHECK_FALSE(*Node(std::string(kBranch)).generation().config.identity.disposable);
    const Node node(
        with(kBranch, "[[port]]\nname = \"lan0\"", "disposable = true\n[[port]]\nname = \"lan0\"")
    );
    CHECK_TRUE(*node.generation().config.identity.disposable);
}

TEST(ConfigRotation, PortsAreCalledByShortNames) {
    check_lines(
        {"t.toml:9:8: port.name: longer than 15 bytes"},
        findings_of(with(kBranch, "\"lan0\"", "\"sixteen-bytes-01\""))
    );
    check_lines({}, findings_of(with(kBranch, "\"lan0\"", "\"fifteen-bytes-1\"")));
}

TEST(ConfigRotation, SlotsFollowTheBook) {
    const TempFolder folder;
    SlotBook book(5);
    const auto slot = [&](const std::string& text) {
        const LoadResult loaded = load_generation(folder.write("t.toml", text), {.slots = &book});
        return loaded.generation->tables.peers[0].slot;
    };
    const std::string before(kBranch);
    const std::string rotating =
        with_peer_key(before, "next_public_key = \"" + std::string(kAlicePublic) + "\"");
    const std::string after =
        with(before, "y8U17A33eOEnLDxX48Yn7vAWIt9gqV/3vpTOhBcRzG0=", kAlicePublic);
    LONGS_EQUAL(5, slot(before));
    LONGS_EQUAL(5, slot(rotating));
    LONGS_EQUAL(5, slot(after));
    LONGS_EQUAL(6, slot(with(before, "y8U17A33eOEnLDxX48Yn7vAWIt9gqV/3vpTOhBcRzG0=", kBobPublic)));
    book = SlotBook(api::kNone);
    check_lines({"t.toml: peer: no numbers for new peers are left; restart the dataplane"}, [&] {
        std::vector<std::string> lines;
        for (Finding finding :
             load_generation(folder.write("t.toml", before), {.slots = &book}).findings) {
            finding.file = "t.toml";
            lines.push_back(to_text(finding));
        }
        return lines;
    }());
}
