// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"

#include <cstdint>
#include <memory>

namespace egret::control {

/// The generation control works by, and the one before it: flows keep the indexes of the generation they began under, and
/// their records the names of it. Older ones are let go, as two of the largest are all the memory control may take.
/// Threads: one owner.
class GenerationBook {
  public:
    using Shared = std::shared_ptr<const Generation>;

    /// The same generation with newer lists takes the place of the older one, not of the generation before.
    void adopt(Shared generation) {
        const bool is_same_number =
            current_ != nullptr && current_->tables.generation == generation->tables.generation;
        if (!is_same_number) {
            previous_ = std::move(current_);
        }
        current_ = std::move(generation);
    }

    /// nullptr until there is one.
    [[nodiscard]] const Shared& current() const noexcept { return current_; }

    /// The generation of that number; nullptr if it is not kept.
    [[nodiscard]] Shared find(uint64_t number) const noexcept {
        for (const Shared& generation : {current_, previous_}) {
            if (generation != nullptr && generation->tables.generation == number) {
                return generation;
            }
        }
        return nullptr;
    }

  private:
    Shared current_;
    Shared previous_;
};

}  // namespace egret::control
