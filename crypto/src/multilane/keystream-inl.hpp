// SPDX-License-Identifier: Apache-2.0
// Included once by each target's file: everything here is that target's own.
#pragma once

#include "chacha20-inl.hpp"
#include "kernels.hpp"
#include "message.hpp"
#include "short_copy.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

HWY_BEFORE_NAMESPACE();

namespace egret::crypto::multilane {
namespace {

/// States that are worked on side by side. One alone waits for its own results half of the time where an operation
/// takes two cycles, as those of 512 bits do; two need all of 32 registers.
constexpr size_t kStates = HWY_TARGET == HWY_AVX3 ? 2 : 1;
constexpr size_t kBatchLanes = kStates * kLanes;

/// Blocks, of whatever messages, that are computed together: one-time keys first, then texts.
class Batch {
  public:
    [[nodiscard]] bool empty() const { return n_lanes_ == 0; }

    [[nodiscard]] bool full() const { return n_lanes_ == kBatchLanes; }

    [[nodiscard]] size_t room() const { return kBatchLanes - n_lanes_; }

    /// Block 0 of `message`, whose beginning is its one-time key.
    void add_one_time_key(const Message& message) {
        take_key(message.key);
        counters_[n_lanes_] = 0;
        for (size_t i = 0; i < nonces_.size(); ++i) {
            nonces_[i][n_lanes_] = message.nonce[i];
        }
        ++n_lanes_;
        ++n_key_lanes_;
    }

    /// `n_blocks` blocks of text from block `first` on, counted without block 0. Whole vectors are written; what lands
    /// beyond the blocks is overwritten by the next ones.
    void add_blocks(const Message& message, size_t first, size_t n_blocks) {
        const D32 d;
        take_key(message.key);
        for (size_t i = 0; i < n_blocks; i += kLanes) {
            const auto counter = static_cast<uint32_t>(1 + first + i);
            hn::StoreU(hn::Iota(d, counter), d, &counters_[n_lanes_ + i]);
            for (size_t word = 0; word < nonces_.size(); ++word) {
                hn::StoreU(hn::Set(d, message.nonce[word]), d, &nonces_[word][n_lanes_ + i]);
            }
        }
        uint8_t* text = message.text + first * kBlockBytes;
        for (size_t i = 0; i < n_blocks; ++i) {
            texts_[n_lanes_ + i] = text + i * kBlockBytes;
        }
        n_lanes_ += n_blocks;
    }

    /// The last block added ends after `size_bytes`: it is worked on elsewhere, so that nothing behind the text is touched.
    void shorten_last(size_t size_bytes) {
        uint8_t* copy = spill_[n_lanes_ - 1].data();
        uint8_t* text = texts_[n_lanes_ - 1];
        copy_short(copy, text, size_bytes);
        texts_[n_lanes_ - 1] = copy;
        tails_[n_tails_++] = {text, copy, size_bytes};
    }

    /// Computes all blocks and is empty again. One-time keys go to `keys`, from `position` on; returns their number.
    size_t run(OneTimeKeys& keys, size_t position) {
        if constexpr (kStates > 1) {
            if (n_lanes_ <= kLanes) {
                return run_states<1>(keys, position);
            }
        }
        return run_states<kStates>(keys, position);
    }

  private:
    struct Tail {
        uint8_t* text;
        const uint8_t* copy;
        size_t size_bytes;
    };

    template <size_t kRunStates>
    size_t run_states(OneTimeKeys& keys, size_t position) {
        load_keys();
        std::array<State, kRunStates> x;
        for_each_word(x, [](V32& word, V32 initial) { word = initial; });
        chacha20_rounds(x);
        // What the states began as is loaded again: the compiler would keep it, on the stack, for want of registers.
        std::atomic_signal_fence(std::memory_order_seq_cst);
        for_each_word(x, [](V32& word, V32 initial) { word = hn::Add(word, initial); });
        [&]<size_t... kState>(std::index_sequence<kState...> /*all*/) HWY_ATTR {
            (use_state<kState * kLanes>(x[kState], keys, position), ...);
        }
        (std::make_index_sequence<kRunStates>());
        for (size_t i = 0; i < n_tails_; ++i) {
            copy_short(tails_[i].text, tails_[i].copy, tails_[i].size_bytes);
        }
        const size_t n_keys = n_key_lanes_;
        n_lanes_ = n_key_lanes_ = n_runs_ = n_tails_ = 0;
        return n_keys;
    }

    /// Takes the one-time keys from the lanes that have them, and XORs the blocks of the others into their texts. Lanes
    /// without a text write to memory of their own.
    template <size_t kFirst>
    HWY_INLINE void use_state(State& x, OneTimeKeys& keys, size_t position) {
        if (kFirst < n_key_lanes_) {
            for (size_t word = 0; word < keys.words.size(); ++word) {
                hn::StoreU(x[word], D32(), &keys.words[word][position + kFirst]);
            }
        }
        if (kFirst + kLanes <= n_key_lanes_ || kFirst >= n_lanes_) {
            return;
        }
        for (size_t lane = kFirst; lane < n_key_lanes_; ++lane) {
            texts_[lane] = spill_[lane].data();
        }
        for (size_t lane = n_lanes_; lane < kFirst + kLanes; ++lane) {
            texts_[lane] = spill_[lane].data();
        }
        xor_blocks(&texts_[kFirst], x);
    }

    void take_key(const uint32_t* key) {
        if (n_runs_ == 0 || run_keys_[n_runs_ - 1] != key) {
            run_keys_[n_runs_] = key;
            run_begins_[n_runs_] = n_lanes_;
            ++n_runs_;
        }
    }

    /// The keys of all lanes, transposed; they stay while one key is used over and over.
    void load_keys() {
        const D32 d;
        if (n_runs_ == 1) {
            if (loaded_key_ != run_keys_[0]) {
                for (size_t word = 0; word < keys_.size(); ++word) {
                    for (size_t lane = 0; lane < kBatchLanes; lane += kLanes) {
                        hn::Store(hn::Set(d, run_keys_[0][word]), d, &keys_[word][lane]);
                    }
                }
            }
            loaded_key_ = run_keys_[0];
            return;
        }
        loaded_key_ = nullptr;
        std::array<const uint32_t*, kBatchLanes> lane_keys;
        for (size_t run = 0; run < n_runs_; ++run) {
            const size_t end = run + 1 < n_runs_ ? run_begins_[run + 1] : kBatchLanes;
            std::fill(
                lane_keys.begin() + run_begins_[run],
                lane_keys.begin() + end,
                run_keys_[run]
            );
        }
        for (size_t lane = 0; lane < kBatchLanes; lane += kLanes) {
            for (size_t half = 0; half < 2; ++half) {
                transpose_keys(&lane_keys[lane], half, lane);
            }
        }
    }

    void transpose_keys(const uint32_t* const* lane_keys, size_t half, size_t lane) {
        V32 rows[4];
        for (size_t i = 0; i < 4; ++i) {
            rows[i] = load_key_quarters(lane_keys, half, i);
        }
        transpose_words(rows[0], rows[1], rows[2], rows[3]);
        for (size_t i = 0; i < 4; ++i) {
            hn::Store(rows[i], D32(), &keys_[4 * half + i][lane]);
        }
    }

    /// Every word of every state with what it begins as (RFC 8439, section 2.3): constants, key, counter, nonce.
    template <size_t kRunStates, class Use>
    HWY_INLINE void for_each_word(std::array<State, kRunStates>& x, const Use& use) {
        const D32 d;
        constexpr uint32_t kConstants[] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
        for (size_t i = 0; i < kRunStates; ++i) {
            for (size_t word = 0; word < 4; ++word) {
                use(x[i][word], hn::Set(d, kConstants[word]));
            }
            for (size_t word = 0; word < 8; ++word) {
                use(x[i][4 + word], hn::Load(d, &keys_[word][i * kLanes]));
            }
            use(x[i][12], hn::Load(d, &counters_[i * kLanes]));
            for (size_t word = 0; word < 3; ++word) {
                use(x[i][13 + word], hn::Load(d, &nonces_[word][i * kLanes]));
            }
        }
    }

    template <size_t kWords>
    using Words = std::array<uint32_t, kWords>;

    alignas(64) std::array<Words<kBatchLanes>, 8> keys_;
    alignas(64) Words<kBatchLanes + kLanes> counters_{};
    alignas(64) std::array<Words<kBatchLanes + kLanes>, 3> nonces_{};
    alignas(64) std::array<std::array<uint8_t, kBlockBytes>, kBatchLanes> spill_;
    std::array<uint8_t*, kBatchLanes> texts_;
    std::array<const uint32_t*, kBatchLanes> run_keys_;
    std::array<size_t, kBatchLanes> run_begins_;
    std::array<Tail, kBatchLanes> tails_;
    const uint32_t* loaded_key_ = nullptr;
    size_t n_lanes_ = 0;
    size_t n_key_lanes_ = 0;
    size_t n_runs_ = 0;
    size_t n_tails_ = 0;
};

/// A pass, batch by batch. While one batch is filled the one before waits: what was stored piece by piece is in the cache
/// by the time whole vectors of it are loaded.
class Keystream {
  public:
    explicit Keystream(OneTimeKeys& one_time_keys)
        : one_time_keys_(one_time_keys) {}

    /// Before all texts.
    void add_one_time_key(const Message& message) {
        batches_[current_].add_one_time_key(message);
        turn_if_full();
    }

    void add_text(const Message& message) {
        const size_t n_blocks = (message.size_bytes + kBlockBytes - 1) / kBlockBytes;
        for (size_t first = 0; first < n_blocks;) {
            const size_t n_taken = std::min(n_blocks - first, batches_[current_].room());
            batches_[current_].add_blocks(message, first, n_taken);
            first += n_taken;
            if (first == n_blocks && message.size_bytes % kBlockBytes != 0) {
                batches_[current_].shorten_last(message.size_bytes % kBlockBytes);
            }
            turn_if_full();
        }
    }

    void finish() {
        run(1 - current_);
        run(current_);
    }

  private:
    void turn_if_full() {
        if (batches_[current_].full()) {
            run(1 - current_);
            current_ = 1 - current_;
        }
    }

    void run(size_t batch) {
        if (!batches_[batch].empty()) {
            n_one_time_keys_ += batches_[batch].run(one_time_keys_, n_one_time_keys_);
        }
    }

    std::array<Batch, 2> batches_;
    size_t current_ = 0;
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
