// SPDX-License-Identifier: Apache-2.0
#include "control/locations/aggregate.hpp"

#include "control/lists/prefix_set.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <queue>
#include <utility>

namespace egret::control {
namespace {

using api::Prefix;

/// What a location may hold at the shortest (domain row B6); IPv6 shorter than a provider's block
/// is nobody's site.
constexpr uint8_t kShortestIpv4 = 9;
constexpr uint8_t kShortestIpv6 = 33;

/// The longest prefix that holds both; of one family.
Prefix common_of(const Prefix& a, const Prefix& b) {
    uint8_t length = 0;
    const uint8_t limit = std::min(a.length, b.length);
    for (size_t i = 0; length < limit; ++i) {
        const auto differing = static_cast<uint8_t>(a.address.bytes[i] ^ b.address.bytes[i]);
        if (differing != 0) {
            length = static_cast<uint8_t>(length + std::countl_zero(differing));
            break;
        }
        length = static_cast<uint8_t>(length + 8);
    }
    return api::masked({a.address, std::min(length, limit)});
}

/// In addresses, or in /48 of IPv6.
double size_of(const Prefix& prefix) {
    const int unit = prefix.address.family == api::Family::ipv4 ? 32 : 48;
    return std::ldexp(1.0, unit - prefix.length);
}

bool is_too_wide(const Prefix& prefix) {
    return prefix.length <
           (prefix.address.family == api::Family::ipv4 ? kShortestIpv4 : kShortestIpv6);
}

/// Before the first; behind the last is the number of nodes.
constexpr size_t kNobody = SIZE_MAX;

/// One prefix of the growing result, in a list by index.
struct Node {
    Prefix prefix;
    double held = 0;  ///< addresses of the input in it
    size_t previous = 0;
    size_t next = 0;
    size_t version = 0;  ///< counts changes; what was planned before one is void
    bool is_gone = false;
};

/// Joining a node with the next: the strange addresses the result would have.
struct Plan {
    double cost = 0;
    size_t left = 0;
    size_t left_version = 0;
    size_t right_version = 0;

    friend bool operator>(const Plan& a, const Plan& b) {
        return a.cost != b.cost ? a.cost > b.cost : a.left > b.left;
    }
};

class Joiner {
  public:
    explicit Joiner(const std::vector<Prefix>& exact) {
        for (const Prefix& prefix : exact) {
            const size_t index = nodes_.size();
            nodes_.push_back({prefix, size_of(prefix), index - 1, index + 1, 0, false});
        }
        n_left_ = nodes_.size();
        for (size_t i = 0; i < nodes_.size(); ++i) {
            plan(i);
        }
    }

    void join_down_to(size_t max_count) {
        while (n_left_ > max_count && !plans_.empty()) {
            const Plan plan = plans_.top();
            plans_.pop();
            const size_t right = nodes_[plan.left].next;
            const bool is_valid =
                !nodes_[plan.left].is_gone && nodes_[plan.left].version == plan.left_version &&
                right < nodes_.size() && nodes_[right].version == plan.right_version;
            if (is_valid) {
                join(plan.left, right);
            }
        }
    }

    [[nodiscard]] Widened take() const {
        Widened result;
        for (const Node& node : nodes_) {
            if (!node.is_gone) {
                result.prefixes.push_back(node.prefix);
                const double added = size_of(node.prefix) - node.held;
                const bool is_ipv4 = node.prefix.address.family == api::Family::ipv4;
                (is_ipv4 ? result.n_added_ipv4 : result.n_added_ipv6) += added;
            }
        }
        return result;
    }

  private:
    void plan(size_t left) {
        const size_t right = nodes_[left].next;
        if (right >= nodes_.size() ||
            nodes_[left].prefix.address.family != nodes_[right].prefix.address.family) {
            return;
        }
        const Prefix common = common_of(nodes_[left].prefix, nodes_[right].prefix);
        if (is_too_wide(common)) {
            return;
        }
        const double held = nodes_[left].held + nodes_[right].held;
        const double cost = size_of(common) - held;
        plans_.push({cost, left, nodes_[left].version, nodes_[right].version});
    }

    /// The common prefix may hold more neighbours on both sides.
    void join(size_t left, size_t right) {
        Node& node = nodes_[left];
        node.prefix = common_of(node.prefix, nodes_[right].prefix);
        ++node.version;
        while (node.next < nodes_.size() && api::covers(node.prefix, nodes_[node.next].prefix)) {
            Node& swallowed = nodes_[node.next];
            node.held += swallowed.held;
            node.next = swallowed.next;
            swallowed.is_gone = true;
            --n_left_;
        }
        while (node.previous != kNobody && api::covers(node.prefix, nodes_[node.previous].prefix)) {
            Node& swallowed = nodes_[node.previous];
            node.held += swallowed.held;
            node.previous = swallowed.previous;
            swallowed.is_gone = true;
            --n_left_;
        }
        if (node.next < nodes_.size()) {
            nodes_[node.next].previous = left;
        }
        if (node.previous != kNobody) {
            nodes_[node.previous].next = left;
            plan(node.previous);
        }
        plan(left);
    }

    std::vector<Node> nodes_;
    std::priority_queue<Plan, std::vector<Plan>, std::greater<>> plans_;
    size_t n_left_ = 0;
};

}  // namespace

std::vector<Prefix> aggregated(std::vector<Prefix> prefixes) {
    return PrefixSet(std::move(prefixes)).prefixes();
}

Widened widened(const std::vector<Prefix>& prefixes, size_t max_count) {
    Joiner joiner(aggregated(prefixes));
    joiner.join_down_to(max_count);
    Widened result = joiner.take();
    result.prefixes = aggregated(std::move(result.prefixes));
    return result;
}

}  // namespace egret::control
