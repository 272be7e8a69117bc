// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rte_malloc.h>
#include <rte_rcu_qsbr.h>

#include <cstdint>
#include <cstdlib>

namespace egret::test {

/// An RCU variable with `n` readers, all of them online.
class Readers {
  public:
    explicit Readers(uint32_t n)
        : variable_(static_cast<rte_rcu_qsbr*>(
              rte_zmalloc("readers", rte_rcu_qsbr_get_memsize(n), RTE_CACHE_LINE_SIZE)
          )) {
        if (variable_ == nullptr) {
            std::abort();
        }
        rte_rcu_qsbr_init(variable_, n);
        for (uint32_t reader = 0; reader < n; ++reader) {
            rte_rcu_qsbr_thread_register(variable_, reader);
            rte_rcu_qsbr_thread_online(variable_, reader);
        }
    }

    ~Readers() { rte_free(variable_); }

    Readers(const Readers&) = delete;
    Readers& operator=(const Readers&) = delete;

    /// The reader holds nothing it loaded before.
    void quiescent(uint32_t reader = 0) const { rte_rcu_qsbr_quiescent(variable_, reader); }

    void offline(uint32_t reader = 0) const { rte_rcu_qsbr_thread_offline(variable_, reader); }

    void online(uint32_t reader = 0) const { rte_rcu_qsbr_thread_online(variable_, reader); }

    [[nodiscard]] rte_rcu_qsbr* variable() const noexcept { return variable_; }

  private:
    rte_rcu_qsbr* variable_;
};

}  // namespace egret::test
