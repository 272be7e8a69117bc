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
#include <utility>

HWY_BEFORE_NAMESPACE();

namespace egret::crypto::multilane {
namespace {

using Element = Field::Element;
using Multiplier = Field::Multiplier;

constexpr size_t kVectorLanes = HWY_LANES(uint64_t);
/// Two vectors side by side: one multiplies while the other carries.
constexpr size_t kParts = 2;
constexpr size_t kAuthLanes = kParts * kVectorLanes;

template <typename Value>
using ByLane = std::array<Value, kAuthLanes>;

/// The number of every lane.
using Elements = std::array<Element, kParts>;
using Multipliers = std::array<Multiplier, kParts>;

/// The numbers of every lane in memory, limb by limb.
using StoredElements = std::array<ByLane<uint64_t>, Field::kLimbs>;

HWY_INLINE Element load_element(const StoredElements& stored, size_t part) {
    Element element;
    for (size_t limb = 0; limb < Field::kLimbs; ++limb) {
        element[limb] = hn::LoadU(D64(), &stored[limb][part * kVectorLanes]);
    }
    return element;
}

HWY_INLINE void store_element(const Element& element, size_t part, StoredElements& stored) {
    for (size_t limb = 0; limb < Field::kLimbs; ++limb) {
        hn::StoreU(element[limb], D64(), &stored[limb][part * kVectorLanes]);
    }
}

/// 16 bytes of `kVectorLanes` places, as the lower and the upper word of each.
HWY_INLINE std::pair<V64, V64> load_words(const uint8_t* const* places, size_t offset) {
    const auto block = [&](size_t lane) {
        const auto bytes = hn::LoadU(hn::Full128<uint8_t>(), places[lane] + offset);
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

HWY_INLINE void
absorb_at(Elements& h, const ByLane<const uint8_t*>& places, size_t offset, const Multipliers& r) {
    for (size_t part = 0; part < kParts; ++part) {
        const auto [low, high] = load_words(&places[part * kVectorLanes], offset);
        absorb(h[part], low, high, r[part]);
    }
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

/// Some messages of a pass, their blocks spread over the lanes by a plan.
class TagGroup {
  public:
    TagGroup(const TagWork& work, const LanePlan<kAuthLanes>& plan)
        : work_(work),
          plan_(plan) {}

    void run() {
        for (size_t part = 0; part < kParts; ++part) {
            r_[part] = load_r(work_.one_time_keys, plan_.position + part * kVectorLanes);
        }
        if (plan_.lanes_each == 1) {
            const Multipliers r = multipliers(r_);
            finish(absorb_texts(r, r), r);
        } else {
            const auto [step, last] = powers();
            finish(sums(absorb_texts(step, last)), multipliers(r_));
        }
    }

  private:
    static Multipliers multipliers(const Elements& elements) {
        Multipliers result;
        for (size_t part = 0; part < kParts; ++part) {
            result[part] = Field::multiplier(elements[part]);
        }
        return result;
    }

    /// Horner's rule in every lane, all ending together. Each step multiplies by `step`, the last one by `last`.
    Elements absorb_texts(const Multipliers& step, const Multipliers& last) {
        Elements h;
        for (Element& element : h) {
            element.fill(hn::Zero(D64()));
        }
        if (plan_.n_steps == 0) {
            return h;
        }
        ByLane<const uint8_t*> places;
        places.fill(plan_.first_place);
        size_t now = 0;
        while (true) {
            start_lanes(now, places, h);
            if (now == plan_.n_steps - 1) {
                break;
            }
            const size_t next = std::min<size_t>(plan_.next_start(now), plan_.n_steps - 1);
            for (; now < next; ++now) {
                absorb_at(h, places, now * plan_.stride_bytes, step);
            }
        }
        absorb_at(h, plan_.last_places, 0, last);
        start_lanes(plan_.n_steps, places, h);
        return h;
    }

    /// Lanes that begin at step `now` forget what they did before.
    void start_lanes(size_t now, ByLane<const uint8_t*>& places, Elements& h) const {
        ByLane<uint64_t> keep;
        for (size_t lane = 0; lane < kAuthLanes; ++lane) {
            const bool starts = plan_.starts[lane] == now;
            keep[lane] = starts ? 0 : ~uint64_t{0};
            places[lane] = starts ? plan_.places[lane] : places[lane];
        }
        for (size_t part = 0; part < kParts; ++part) {
            const V64 mask = hn::LoadU(D64(), &keep[part * kVectorLanes]);
            for (V64& limb : h[part]) {
                limb = hn::And(limb, mask);
            }
        }
    }

    /// With n lanes to a message, lane j of it takes every n-th block and needs r^n between them and r^(n-j) at the end.
    /// Such messages are few enough for one vector.
    std::pair<Multipliers, Multipliers> powers() const {
        const size_t n = plan_.lanes_each;
        std::array<Element, kAuthLanes + 1> power;
        power[1] = r_[0];
        for (size_t exponent = 2; exponent <= n; ++exponent) {
            const Multiplier half = Field::multiplier(power[exponent / 2]);
            power[exponent] = Field::multiply(power[exponent - exponent / 2], half);
        }
        std::array<std::array<std::array<uint64_t, kVectorLanes>, Field::kLimbs>, kAuthLanes + 1>
            stored;
        for (size_t exponent = 1; exponent <= n; ++exponent) {
            for (size_t limb = 0; limb < Field::kLimbs; ++limb) {
                hn::StoreU(power[exponent][limb], D64(), stored[exponent][limb].data());
            }
        }
        StoredElements step{};
        StoredElements last{};
        for (size_t lane = 0; lane < n * plan_.count; ++lane) {
            for (size_t limb = 0; limb < Field::kLimbs; ++limb) {
                step[limb][lane] = stored[n][limb][lane / n];
                last[limb][lane] = stored[n - lane % n][limb][lane / n];
            }
        }
        return {
            multipliers({load_element(step, 0), load_element(step, 1)}),
            multipliers({load_element(last, 0), load_element(last, 1)}),
        };
    }

    /// The lanes of each message added up, in the order of messages.
    Elements sums(const Elements& h) const {
        StoredElements lanes;
        store_element(h[0], 0, lanes);
        store_element(h[1], 1, lanes);
        StoredElements sums{};
        for (size_t limb = 0; limb < Field::kLimbs; ++limb) {
            for (size_t lane = 0; lane < plan_.lanes_each * plan_.count; ++lane) {
                sums[limb][lane / plan_.lanes_each] += lanes[limb][lane];
            }
        }
        return {load_element(sums, 0), load_element(sums, 1)};
    }

    /// The block of lengths, and the tags.
    void finish(Elements h, const Multipliers& r) const {
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
    const LanePlan<kAuthLanes>& plan_;
    Elements r_;
};

void tags(const TagWork& work) noexcept {
    for (size_t position = 0; position < work.order.size();) {
        const LanePlan<kAuthLanes> plan(work, position);
        TagGroup(work, plan).run();
        position += plan.count;
    }
}

}  // namespace
}  // namespace egret::crypto::multilane

HWY_AFTER_NAMESPACE();
