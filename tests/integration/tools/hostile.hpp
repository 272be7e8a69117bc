// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet_builder.hpp"

#include <egret/crypto/cookie.hpp>
#include <egret/crypto/random.hpp>
#include <egret/crypto/x25519.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace egret::test {

/// The UDP payloads a capture holds that went to `port`. Error: one sentence.
[[nodiscard]] tl::expected<std::vector<Bytes>, std::string>
read_payloads(const std::string& capture, uint16_t port);

/// Makes datagrams nobody should fall for, to a node whose public key is known.
class HostileDatagrams {
  public:
    /// `seen` are datagrams of others, in whichever order; needed by `replayed`, used by `truncated`.
    HostileDatagrams(const crypto::PublicKey& node, std::vector<Bytes> seen);

    /// True for the kinds `make` knows.
    [[nodiscard]] static bool is_kind(std::string_view kind) noexcept;

    /// `garbage`: random bytes of random size. `truncated`: a message cut short. `replayed`: a message of another, as it
    /// was. `stray`: an initiation that was made for nobody. `forged`: one with the right mac1, from a key the node does
    /// not know. `answers`: a response or cookie reply to nothing, with the right mac1 where it has one. `data`: a data
    /// message to a random index.
    [[nodiscard]] Bytes make(std::string_view kind);

  private:
    [[nodiscard]] Bytes random_bytes(size_t size);
    [[nodiscard]] Bytes message(uint8_t type, size_t size);
    [[nodiscard]] Bytes forged_initiation();
    [[nodiscard]] Bytes truncated();
    [[nodiscard]] Bytes answer_to_nothing();

    crypto::Random random_ = crypto::Random::system();
    crypto::PublicKey node_;
    crypto::Mac1Key mac1_key_;
    std::vector<Bytes> seen_;
    size_t next_seen_ = 0;
    std::vector<Bytes>
        initiations_;  ///< made once, by different strangers: making one costs more than refusing it
    uint64_t made_ = 0;
};

}  // namespace egret::test
