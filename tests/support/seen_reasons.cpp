// SPDX-License-Identifier: Apache-2.0
#include "seen_reasons.hpp"

#include <array>
#include <cstdio>

namespace egret::test {
namespace {

std::array<bool, api::kDropReasons> seen{};

}  // namespace

void note_reason(api::DropReason reason) {
    seen[static_cast<size_t>(reason)] = true;
}

int report_unseen_reasons() {
    int unseen = 0;
    for (size_t i = 0; i < seen.size(); ++i) {
        if (!seen[i]) {
            const auto name = name_of(static_cast<api::DropReason>(i));
            std::printf(
                "no test drops a packet as %.*s\n",
                static_cast<int>(name.size()),
                name.data()
            );
            ++unseen;
        }
    }
    return unseen;
}

}  // namespace egret::test
