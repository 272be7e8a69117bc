// SPDX-License-Identifier: Apache-2.0
// Included once by each target's file: everything here is that target's own.
#pragma once

#include "chacha20-inl.hpp"
#include "kernels.hpp"
#include "message.hpp"
#include "short_copy.hpp"

#include <algorithm>

HWY_BEFORE_NAMESPACE();

namespace egret::crypto::multilane {
namespace {

/// Takes blocks, of whatever messages, until it has one for every lane, then computes them together.
class Keystream {
  public:
    explicit Keystream(OneTimeKeys& one_time_keys)
        : one_time_keys_(one_time_keys) {}

    /// Block 0 of `message` goes to the next position of the one-time keys. Before all texts.
    void add_one_time_key(const Message& message) {
        take_key(message.key);
        counters_[n_lanes_] = 0;
        for (size_t i = 0; i < nonces_.size(); ++i) {
            nonces_[i][n_lanes_] = message.nonce[i];
        }
        texts_[n_lanes_] = spill_[n_lanes_].data();
        ++n_lanes_;
        ++n_key_lanes_;
        if (n_lanes_ == kLanes) {
            run();
        }
    }

    /// Blocks 1 and up are XORed into the text.
    void add_text(const Message& message) {
        const size_t n_blocks = (message.size_bytes + kBlockBytes - 1) / kBlockBytes;
        for (size_t first = 0; first < n_blocks;) {
            const size_t n_taken = std::min(n_blocks - first, kLanes - n_lanes_);
            add_blocks(message, first, n_taken);
            first += n_taken;
            if (first == n_blocks && message.size_bytes % kBlockBytes != 0) {
                borrow_tail(
                    message.text + (first - 1) * kBlockBytes,
                    message.size_bytes % kBlockBytes
                );
            }
            if (n_lanes_ == kLanes) {
                run();
            }
        }
    }

    /// Computes what is left. Lanes without a block write to memory of their own.
    void finish() {
        if (n_lanes_ == 0) {
            return;
        }
        for (size_t lane = n_lanes_; lane < kLanes; ++lane) {
            texts_[lane] = spill_[lane].data();
        }
        run();
    }

  private:
    /// A last block that is not whole: worked on in `copy`, so that nothing behind the text is touched.
    struct Tail {
        uint8_t* text;
        const uint8_t* copy;
        size_t size_bytes;
    };

    void take_key(const uint32_t* key) {
        if (n_runs_ == 0 || run_keys_[n_runs_ - 1] != key) {
            run_keys_[n_runs_] = key;
            run_begins_[n_runs_] = n_lanes_;
            ++n_runs_;
        }
    }

    /// Whole vectors are written; what lands beyond the blocks is overwritten by the next ones.
    void add_blocks(const Message& message, size_t first, size_t n_blocks) {
        const D32 d;
        take_key(message.key);
        const auto counter = static_cast<uint32_t>(first + 1);
        hn::StoreU(hn::Iota(d, counter), d, &counters_[n_lanes_]);
        for (size_t i = 0; i < nonces_.size(); ++i) {
            hn::StoreU(hn::Set(d, message.nonce[i]), d, &nonces_[i][n_lanes_]);
        }
        uint8_t* text = message.text + first * kBlockBytes;
        for (size_t i = 0; i < n_blocks; ++i) {
            texts_[n_lanes_ + i] = text + i * kBlockBytes;
        }
        n_lanes_ += n_blocks;
    }

    void borrow_tail(uint8_t* text, size_t size_bytes) {
        uint8_t* copy = spill_[n_lanes_ - 1].data();
        copy_short(copy, text, size_bytes);
        texts_[n_lanes_ - 1] = copy;
        tails_[n_tails_++] = {text, copy, size_bytes};
    }

    /// The keys of all lanes, transposed; they stay while one key is used over and over.
    void load_keys() {
        const D32 d;
        if (n_runs_ == 1) {
            if (loaded_key_ != run_keys_[0]) {
                for (size_t word = 0; word < keys_.size(); ++word) {
                    hn::Store(hn::Set(d, run_keys_[0][word]), d, keys_[word].data());
                }
            }
            loaded_key_ = run_keys_[0];
            return;
        }
        loaded_key_ = nullptr;
        std::array<const uint32_t*, kLanes> lane_keys;
        for (size_t run = 0; run < n_runs_; ++run) {
            std::fill(lane_keys.begin() + run_begins_[run], lane_keys.end(), run_keys_[run]);
        }
        for (size_t h = 0; h < 2; ++h) {
            V32 rows[4];
            for (size_t i = 0; i < 4; ++i) {
                rows[i] = load_key_quarters(lane_keys.data(), h, i);
            }
            transpose_words(rows[0], rows[1], rows[2], rows[3]);
            for (size_t i = 0; i < 4; ++i) {
                hn::Store(rows[i], d, keys_[4 * h + i].data());
            }
        }
    }

    /// RFC 8439, section 2.3: constants, key, counter, nonce.
    HWY_INLINE void for_each_word(auto&& use) {
        const D32 d;
        constexpr uint32_t kConstants[] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
        for (size_t i = 0; i < 4; ++i) {
            use(i, hn::Set(d, kConstants[i]));
        }
        for (size_t i = 0; i < 8; ++i) {
            use(4 + i, hn::Load(d, keys_[i].data()));
        }
        use(12, hn::Load(d, counters_.data()));
        for (size_t i = 0; i < 3; ++i) {
            use(13 + i, hn::Load(d, nonces_[i].data()));
        }
    }

    void run() {
        const D32 d;
        load_keys();
        State x;
        for_each_word([&](size_t word, V32 value) { x[word] = value; });
        chacha20_rounds(x);
        for_each_word([&](size_t word, V32 value) { x[word] = hn::Add(x[word], value); });
        if (n_key_lanes_ != 0) {
            for (size_t word = 0; word < one_time_keys_.words.size(); ++word) {
                hn::StoreU(x[word], d, &one_time_keys_.words[word][n_one_time_keys_]);
            }
            n_one_time_keys_ += n_key_lanes_;
        }
        if (n_key_lanes_ != n_lanes_) {
            xor_blocks(texts_.data(), x);
        }
        for (size_t i = 0; i < n_tails_; ++i) {
            copy_short(tails_[i].text, tails_[i].copy, tails_[i].size_bytes);
        }
        n_lanes_ = n_key_lanes_ = n_runs_ = n_tails_ = 0;
    }

    template <size_t kWords>
    using Words = std::array<uint32_t, kWords>;

    alignas(64) std::array<Words<kLanes>, 8> keys_;
    alignas(64) Words<2 * kLanes> counters_{};
    alignas(64) std::array<Words<2 * kLanes>, 3> nonces_{};
    alignas(64) std::array<std::array<uint8_t, kBlockBytes>, kLanes> spill_;
    std::array<uint8_t*, kLanes> texts_;
    std::array<const uint32_t*, kLanes> run_keys_;
    std::array<size_t, kLanes> run_begins_;
    std::array<Tail, kLanes> tails_;
    const uint32_t* loaded_key_ = nullptr;
    size_t n_lanes_ = 0;
    size_t n_key_lanes_ = 0;
    size_t n_runs_ = 0;
    size_t n_tails_ = 0;
    size_t n_one_time_keys_ = 0;
    OneTimeKeys& one_time_keys_;
};

void keystream(const KeystreamWork& work) noexcept {
    Keystream stream(work.one_time_keys);
    for (const uint8_t index : work.keys) {
        stream.add_one_time_key(work.messages[index]);
    }
    for (const uint8_t index : work.texts) {
        stream.add_text(work.messages[index]);
    }
    stream.finish();
}

}  // namespace
}  // namespace egret::crypto::multilane

HWY_AFTER_NAMESPACE();
