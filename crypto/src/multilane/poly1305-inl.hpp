// SPDX-License-Identifier: Apache-2.0
// Included once by each target's file: everything here is that target's own.
#pragma once

#if defined(EGRET_TARGET_HAS_IFMA)
#include "field44-inl.hpp"
#else
#include "field26-inl.hpp"
#endif
#include "gather-inl.hpp"
#include "kernels.hpp"
#include "lane_plan.hpp"
#include "message.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

HWY_BEFORE_NAMESPACE();

namespace egret::crypto::multilane {
namespace {

using Element = Field::Element;
using Multiplier = Field::Multiplier;

constexpr size_t kVectorLanes = HWY_LANES(uint64_t);

/// 16 bytes of `kVectorLanes` places, as the lower and the upper word of each.
HWY_INLINE std::pair<V64, V64> load_words(const Place* places, size_t offset) {
    const auto block = [&](size_t lane) {
        const auto* place = reinterpret_cast<const uint8_t*>(places[lane] + offset);
        const auto bytes = hn::LoadU(hn::Full128<uint8_t>(), place);
        return hn::BitCast(hn::Full128<uint64_t>(), bytes);
    };
    // Interleaving pairs lanes 2b and 2b + 1 from block b of both.
    const V64 even = gather_blocks(D64(), block, 0, 2);
    const V64 odd = gather_blocks(D64(), block, 1, 2);
    return {hn::InterleaveLower(even, odd), hn::InterleaveUpper(D64(), even, odd)};
}

/// h becomes (h + block) r, where `block` has its bit 2^128 set.
HWY_INLINE void absorb(Element& h, V64 low, V64 high, const Multiplier& r) {
    const Element block = Field::split(low, high);
    for (size_t limb = 0; limb < Field::kLimbs; ++limb) {
        h[limb] = hn::Add(h[limb], block[limb]);
    }
    h[Field::kLimbs - 1] = hn::Add(h[Field::kLimbs - 1], hn::Set(D64(), Field::kTopBit));
    h = Field::multiply(h, r);
}

/// Words `first` and `first` + 1 of the one-time keys from `position` on, as one.
HWY_INLINE V64 load_key_words(const OneTimeKeys& keys, size_t first, size_t position) {
    const hn::Rebind<uint32_t, D64> d32;
    const auto word = [&](size_t index) {
        return hn::PromoteTo(D64(), hn::LoadU(d32, &keys.words[index][position]));
    };
    return hn::Or(word(first), hn::ShiftLeft<32>(word(first + 1)));
}

/// r with the bits cleared that RFC 8439, section 2.5, clears.
HWY_INLINE Element load_r(const OneTimeKeys& keys, size_t position) {
    return Field::split(
        hn::And(load_key_words(keys, 0, position), hn::Set(D64(), 0x0ffffffc0fffffff)),
        hn::And(load_key_words(keys, 2, position), hn::Set(D64(), 0x0ffffffc0ffffffc))
    );
}

HWY_INLINE V64 carry_once(Element& e) {
    V64 over = hn::Zero(D64());
    for (size_t i = 0; i < Field::kLimbs; ++i) {
        e[i] = hn::Add(e[i], over);
        over = hn::ShiftRightSame(e[i], Field::kBits[i]);
        e[i] = hn::And(e[i], hn::Set(D64(), (uint64_t{1} << Field::kBits[i]) - 1));
    }
    return over;
}

/// The number below 2^130 - 5 that `h` stands for, plus s, modulo 2^128.
HWY_INLINE std::array<V64, 2> tag_words(Element h, const OneTimeKeys& keys, size_t position) {
    for (int i = 0; i < 2; ++i) {
        const V64 over = carry_once(h);
        h[0] = hn::Add(h[0], hn::Add(over, hn::ShiftLeft<2>(over)));
    }
    static_cast<void>(carry_once(h));
    // h + 5 reaches 2^130 just if h is not below 2^130 - 5.
    Element reduced = h;
    reduced[0] = hn::Add(reduced[0], hn::Set(D64(), 5));
    const V64 take_reduced = hn::Sub(hn::Zero(D64()), carry_once(reduced));
    Element sum =
        Field::split(load_key_words(keys, 4, position), load_key_words(keys, 6, position));
    for (size_t limb = 0; limb < Field::kLimbs; ++limb) {
        const V64 value =
            hn::Or(hn::And(take_reduced, reduced[limb]), hn::AndNot(take_reduced, h[limb]));
        sum[limb] = hn::Add(sum[limb], value);
    }
    static_cast<void>(carry_once(sum));
    return Field::join(sum);
}

/// `use(0)` to `use(kCount - 1)`, written out: what a loop leaves in memory stays in registers.
template <size_t kCount, class Use>
HWY_INLINE void for_each_of(const Use& use) {
    [&]<size_t... kIndex>(std::index_sequence<kIndex...> /*all*/) HWY_ATTR {
        (use(std::integral_constant<size_t, kIndex>()), ...);
    }
    (std::make_index_sequence<kCount>());
}

/// Some messages of a pass, their blocks spread over the lanes of `kParts` vectors by a plan. Vectors are worked on side by
/// side: one multiplies while another carries.
template <size_t kParts>
class TagGroup {
  public:
    static constexpr size_t kGroupLanes = kParts * kVectorLanes;
    using Plan = LanePlan<kGroupLanes, kParts == 2>;

    TagGroup(const TagWork& work, const Plan& plan)
        : work_(work),
          plan_(plan) {}

    HWY_INLINE void run() {
        for (size_t part = 0; part < kParts; ++part) {
            r_[part] = load_r(work_.one_time_keys, plan_.position + part * kVectorLanes);
        }
        if constexpr (Plan::kSpreads) {
            if (plan_.lanes_each > 1) {
                const auto [step, last] = powers();
                finish(sums(absorb_texts(step, last)), multipliers(r_));
                return;
            }
        }
        const Multipliers r = multipliers(r_);
        finish(absorb_texts(r, r), r);
    }

  private:
    /// The number of every lane.
    using Elements = std::array<Element, kParts>;
    using Multipliers = std::array<Multiplier, kParts>;

    template <typename Value>
    using ByLane = std::array<Value, kGroupLanes>;

    /// The numbers of every lane in memory, limb by limb.
    using StoredElements = std::array<ByLane<uint64_t>, Field::kLimbs>;

    static HWY_INLINE Multipliers multipliers(const Elements& elements) {
        Multipliers result;
        for (size_t part = 0; part < kParts; ++part) {
            result[part] = Field::multiplier(elements[part]);
        }
        return result;
    }

    static HWY_INLINE Elements load(const StoredElements& stored) {
        Elements elements;
        for (size_t part = 0; part < kParts; ++part) {
            for (size_t limb = 0; limb < Field::kLimbs; ++limb) {
                elements[part][limb] = hn::LoadU(D64(), &stored[limb][part * kVectorLanes]);
            }
        }
        return elements;
    }

    static HWY_INLINE StoredElements store(const Elements& elements) {
        StoredElements stored;
        for (size_t part = 0; part < kParts; ++part) {
            for (size_t limb = 0; limb < Field::kLimbs; ++limb) {
                hn::StoreU(elements[part][limb], D64(), &stored[limb][part * kVectorLanes]);
            }
        }
        return stored;
    }

    /// `n_steps` steps of Horner's rule in every lane.
    static HWY_INLINE Elements absorb_steps(
        const Elements& before,
        const Place* places,
        size_t offset,
        size_t stride,
        size_t n_steps,
        const Multipliers& r
    ) {
        Elements h = before;
        for (size_t step = 0; step < n_steps; ++step) {
            for_each_of<kParts>([&](auto part) HWY_ATTR {
                const auto [low, high] = load_words(places + part * kVectorLanes, offset);
                absorb(h[part], low, high, r[part]);
            });
            offset += stride;
        }
        return h;
    }

    /// All lanes end together. Each step multiplies by `step`, the last one by `last`.
    HWY_INLINE Elements absorb_texts(const Multipliers& step, const Multipliers& last) const {
        Elements h;
        for (Element& element : h) {
            element.fill(hn::Zero(D64()));
        }
        if (plan_.n_steps == 0) {
            return h;
        }
        const size_t end = plan_.n_steps - 1;
        const size_t stride = plan_.stride_bytes;
        ByLane<Place> places = plan_.first_places;
        for (size_t now = 0; now < end;) {
            const size_t next = plan_.any_late ? std::min(plan_.next_start(now), end) : end;
            h = absorb_steps(h, places.data(), now * stride, stride, next - now, step);
            now = next;
            if (plan_.any_late) {
                h = started(h, now, places);
            }
        }
        h = absorb_steps(h, plan_.last_places.data(), 0, 0, 1, last);
        return plan_.any_late ? started(h, plan_.n_steps, places) : h;
    }

    /// Lanes that begin at step `now` forget what they did before.
    HWY_INLINE Elements started(const Elements& before, size_t now, ByLane<Place>& places) const {
        ByLane<uint64_t> keep;
        for (size_t lane = 0; lane < kGroupLanes; ++lane) {
            const bool starts = plan_.starts[lane] == now;
            keep[lane] = starts ? 0 : ~uint64_t{0};
            places[lane] = starts ? plan_.places[lane] : places[lane];
        }
        Elements h = before;
        for (size_t part = 0; part < kParts; ++part) {
            const V64 mask = hn::LoadU(D64(), &keep[part * kVectorLanes]);
            for (V64& limb : h[part]) {
                limb = hn::And(limb, mask);
            }
        }
        return h;
    }

    /// With n lanes to a message, lane j of it takes every n-th block and needs r^n between them and r^(n-j) at the end.
    std::pair<Multipliers, Multipliers> powers() const {
        const size_t n = plan_.lanes_each;
        // Several lanes to each: so few messages that half of the vectors hold their keys.
        constexpr size_t kHalf = kParts / 2;
        std::array<std::array<Element, kHalf>, kGroupLanes + 1> power;
        std::copy_n(r_.begin(), kHalf, power[1].begin());
        for (size_t exponent = 2; exponent <= n; ++exponent) {
            for (size_t part = 0; part < kHalf; ++part) {
                const Multiplier other = Field::multiplier(power[exponent / 2][part]);
                power[exponent][part] =
                    Field::multiply(power[exponent - exponent / 2][part], other);
            }
        }
        StoredElements step{};
        StoredElements last{};
        for (size_t lane = 0; lane < n * plan_.count; ++lane) {
            const size_t message = lane >> plan_.lanes_each_log2;
            for (size_t limb = 0; limb < Field::kLimbs; ++limb) {
                step[limb][lane] = limb_of(power[n], message, limb);
                last[limb][lane] = limb_of(power[n - lane % n], message, limb);
            }
        }
        return {multipliers(load(step)), multipliers(load(last))};
    }

    static uint64_t
    limb_of(const std::array<Element, kParts / 2>& elements, size_t lane, size_t limb) {
        uint64_t value;
        const V64& vector = elements[lane / kVectorLanes][limb];
        const auto* words = reinterpret_cast<const std::byte*>(&vector);
        std::memcpy(&value, words + lane % kVectorLanes * sizeof(value), sizeof(value));
        return value;
    }

    /// The lanes of each message added up, in the order of messages.
    Elements sums(const Elements& h) const {
        const StoredElements lanes = store(h);
        StoredElements sums{};
        for (size_t limb = 0; limb < Field::kLimbs; ++limb) {
            for (size_t lane = 0; lane < plan_.lanes_each * plan_.count; ++lane) {
                sums[limb][lane >> plan_.lanes_each_log2] += lanes[limb][lane];
            }
        }
        return load(sums);
    }

    /// The block of lengths, and the tags.
    HWY_INLINE void finish(Elements h, const Multipliers& r) const {
        ByLane<uint64_t> low{};
        ByLane<uint64_t> high{};
        for (size_t i = 0; i < plan_.count; ++i) {
            const Message& message = work_.messages[work_.order[plan_.position + i]];
            low[i] = message.associated_bytes;
            high[i] = message.size_bytes;
        }
        for (size_t part = 0; part < kParts; ++part) {
            const size_t lane = part * kVectorLanes;
            absorb(h[part], hn::LoadU(D64(), &low[lane]), hn::LoadU(D64(), &high[lane]), r[part]);
            const auto words = tag_words(h[part], work_.one_time_keys, plan_.position + lane);
            hn::StoreU(words[0], D64(), &low[lane]);
            hn::StoreU(words[1], D64(), &high[lane]);
        }
        for (size_t i = 0; i < plan_.count; ++i) {
            work_.tags[work_.order[plan_.position + i]] = {low[i], high[i]};
        }
    }

    const TagWork& work_;
    const Plan& plan_;
    Elements r_;
};

/// The next messages of a pass, from `position` on; returns how many they are.
template <size_t kParts>
HWY_NOINLINE size_t tag_some(const TagWork& work, size_t position) {
    const typename TagGroup<kParts>::Plan plan(work, position);
    TagGroup<kParts>(work, plan).run();
    return plan.count;
}

#if defined(EGRET_TARGET_HAS_IFMA)

/// Four vectors hide the latency of all operations, if there are messages of similar lengths for them, one to a lane.
void tags(const TagWork& work) noexcept {
    constexpr size_t kHalf = 2 * kVectorLanes;
    for (size_t position = 0; position < work.order.size();) {
        const auto blocks = [&](size_t i) { return auth_blocks(work.messages[work.order[i]]); };
        const bool wide = position + kHalf < work.order.size() &&
                          2 * blocks(position + kHalf) >= blocks(position);
        position += wide ? tag_some<4>(work, position) : tag_some<2>(work, position);
    }
}

#else

void tags(const TagWork& work) noexcept {
    for (size_t position = 0; position < work.order.size();) {
        position += tag_some<2>(work, position);
    }
}

#endif

}  // namespace
}  // namespace egret::crypto::multilane

HWY_AFTER_NAMESPACE();
