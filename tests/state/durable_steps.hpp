// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

/// Every call by which a program changes files, seen from outside: the linker puts these functions in the place of the C
/// library's (--wrap), so that the code under test holds no hook.
namespace egret::test {

/// Called before each step and, for a write, once more when half of it is done. Empty: nobody looks.
extern std::function<void(std::string_view step)> on_durable_step;

/// What a disk may still lose: told by the same functions.
class DiskCache {
  public:
    virtual ~DiskCache() = default;
    virtual void wrote(int file) = 0;
    virtual void synced(int file) = 0;
    virtual void renamed(const char* from, const char* to) = 0;
};

/// nullptr: nobody keeps account.
extern DiskCache* disk_cache;

}  // namespace egret::test
