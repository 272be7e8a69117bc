// SPDX-License-Identifier: Apache-2.0
#include "mmdb_writer.hpp"

#include <egret/api/address.hpp>

#include <array>
#include <cstdint>
#include <map>

namespace egret::test {
namespace {

constexpr int64_t kEmpty = -1;

/// A record of a node: another node, nothing, or kFirstData minus the offset of the data.
constexpr int64_t kFirstData = -2;

using Node = std::array<int64_t, 2>;

void put(std::string& out, uint64_t number, size_t n_bytes) {
    for (size_t i = n_bytes; i-- > 0;) {
        out += static_cast<char>(number >> (8 * i));
    }
}

std::string text(std::string_view value) {
    return static_cast<char>(2 << 5 | value.size()) + std::string(value);
}

std::string number(int type, uint64_t value, size_t n_bytes) {
    std::string out;
    out += static_cast<char>(type << 5 | static_cast<int>(n_bytes));
    put(out, value, n_bytes);
    return out;
}

std::string map_of(size_t n_members) {
    return std::string(1, static_cast<char>(7 << 5 | n_members));
}

std::string country_record(std::string_view country) {
    return country.empty()
               ? map_of(0)
               : map_of(1) + text("country") + map_of(1) + text("iso_code") + text(country);
}

/// The bits of a prefix in a tree of IPv6.
std::vector<int> path_of(const api::Prefix& prefix) {
    const bool is_ipv4 = prefix.address.family == api::Family::ipv4;
    std::vector<int> path(is_ipv4 ? 96 : 0, 0);
    for (size_t bit = 0; bit < prefix.length; ++bit) {
        path.push_back(prefix.address.bytes[bit / 8] >> (7 - bit % 8) & 1);
    }
    return path;
}

class Tree {
  public:
    void insert(const std::vector<int>& path, int64_t data) {
        size_t node = 0;
        for (size_t i = 0; i + 1 < path.size(); ++i) {
            int64_t& record = nodes_[node][static_cast<size_t>(path[i])];
            const int64_t before = record;
            if (before >= 0) {
                node = static_cast<size_t>(before);
                continue;
            }
            record = static_cast<int64_t>(nodes_.size());
            node = nodes_.size();
            nodes_.push_back({before, before});
        }
        nodes_[node][static_cast<size_t>(path.back())] = data;
    }

    [[nodiscard]] size_t size() const { return nodes_.size(); }

    [[nodiscard]] std::string bytes() const {
        std::string out;
        for (const Node& node : nodes_) {
            for (const int64_t record : node) {
                const auto count = static_cast<int64_t>(nodes_.size());
                const int64_t value = record >= 0        ? record
                                      : record == kEmpty ? count
                                                         : count + 16 + (kFirstData - record);
                put(out, static_cast<uint64_t>(value), 4);
            }
        }
        return out;
    }

  private:
    std::vector<Node> nodes_{{kEmpty, kEmpty}};
};

std::string metadata(size_t n_nodes) {
    std::string out = "\xAB\xCD\xEFMaxMind.com";
    out += map_of(9);
    out += text("node_count") + number(6, n_nodes, 4);
    out += text("record_size") + number(5, 32, 2);
    out += text("ip_version") + number(5, 6, 2);
    out += text("database_type") + text("Test-Country");
    out += text("languages") + std::string("\x00\x04", 2);
    out += text("binary_format_major_version") + number(5, 2, 2);
    out += text("binary_format_minor_version") + number(5, 0, 2);
    out += text("build_epoch") + std::string("\x08\x02", 2);
    put(out, 1'700'000'000, 8);
    out += text("description") + map_of(0);
    return out;
}

}  // namespace

std::string country_database(
    const std::vector<std::pair<std::string_view, std::string_view>>& networks
) {
    Tree tree;
    std::string data;
    std::map<std::string_view, int64_t> offsets;
    for (const auto& [network, country] : networks) {
        const auto [offset, is_new] =
            offsets.try_emplace(country, static_cast<int64_t>(data.size()));
        if (is_new) {
            data += country_record(country);
        }
        const auto prefix = api::parse_prefix(network).value();
        tree.insert(path_of(prefix), kFirstData - offset->second);
    }
    return tree.bytes() + std::string(16, '\0') + data + metadata(tree.size());
}

}  // namespace egret::test
