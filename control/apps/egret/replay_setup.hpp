// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/apps/egret/copies.hpp"
#include "control/compile/generation.hpp"

#include <egret/aead_choice.hpp>
#include <egret/crypto/random.hpp>

#include <iosfwd>
#include <replay/replay.hpp>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace egret::control {

struct ReplayOptions {
    std::string branch;
    std::string edge;
    std::string in;
    std::string out;
    std::string seed;  ///< hex digits; empty: one is drawn
    std::vector<std::string> gateways;
    bool live_mtu = false;
    std::vector<std::string> aead;  ///< SUITE=BACKEND
    uint16_t max_simd_bits = AeadWish::kAnySimd;
    std::string key_log;
    ListCopies copies;  ///< of either side's downloaded lists
    bool json = false;
};

/// What a replay runs on, checked and compiled.
struct ReplayInputs {
    Generation branch;
    Generation edge;
    replay::CaptureReader capture;
    replay::Setup setup;
    std::string seed;  ///< 64 hex digits
    crypto::Random random;
};

/// Loads both configurations and looks through the capture; findings go to `err` line by line. Error: one line, or an
/// empty one where the findings already said it.
[[nodiscard]] tl::expected<ReplayInputs, std::string>
prepare_replay(const ReplayOptions& options, std::ostream& err);

}  // namespace egret::control
