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

    void adopt(Shared generation) {
        previous_ = std::move(current_);
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
