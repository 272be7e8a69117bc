// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rte_rcu_qsbr.h>

#include <cstdint>

namespace egret {

/// True if every reader has been quiescent since `token` was taken, so that what was retired then can go; all they did with it
/// happened before this returns. Any thread.
///
/// rte_rcu_qsbr_check alone promises that to one thread: where several check, a later one is answered out of `acked_token`
/// without having looked at the readers, which orders nothing. So they are looked at once more.
[[nodiscard]] inline bool is_grace_over(rte_rcu_qsbr* readers, uint64_t token) noexcept {
    if (rte_rcu_qsbr_check(readers, token, false) != 1) {
        return false;
    }
    for (uint32_t reader = 0; reader < readers->max_threads; ++reader) {
        static_cast<void>(__atomic_load_n(&readers->qsbr_cnt[reader].cnt, __ATOMIC_ACQUIRE));
    }
    return true;
}

}  // namespace egret
