// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rte_mempool.h>

namespace egret::test {

/// A pool of packet buffers behind a mutex of this program. DPDK's own are lock-free code that the thread sanitizer does not
/// see, so that a buffer that came back from another thread looks to it as if both used it at once. Ends the program if there is
/// no memory.
[[nodiscard]] rte_mempool* make_locked_pool(unsigned n_buffers);

}  // namespace egret::test
