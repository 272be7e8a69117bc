// SPDX-License-Identifier: Apache-2.0
#include "durable_steps.hpp"

#include <cstdarg>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace egret::test {

std::function<void(std::string_view step)> on_durable_step;
DiskCache* disk_cache = nullptr;

namespace {

void step(std::string_view name) {
    if (on_durable_step) {
        on_durable_step(name);
    }
}

/// Only files: a daemon also writes to sockets, timers and terminals.
bool is_file(int descriptor) {
    struct stat status {};

    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace
}  // namespace egret::test

using namespace egret::test;

// The names are the linker's.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming,cert-dcl37-c,cert-dcl51-cpp)
extern "C" {

int __real_open(const char* path, int flags, ...);
ssize_t __real_write(int file, const void* bytes, size_t size);
int __real_fsync(int file);
int __real_fdatasync(int file);
int __real_rename(const char* from, const char* to);
int __real_unlink(const char* path);
int __real_mkdir(const char* path, mode_t mode);

int __wrap_open(const char* path, int flags, ...) {
    mode_t mode = 0;
    if ((flags & O_CREAT) != 0) {
        va_list arguments;
        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        va_end(arguments);
        step("open");
    }
    return __real_open(path, flags, mode);
}

ssize_t __wrap_write(int file, const void* bytes, size_t size) {
    if (!is_file(file)) {
        return __real_write(file, bytes, size);
    }
    step("write");
    const size_t half = size / 2;
    ssize_t written = half == 0 ? 0 : __real_write(file, bytes, half);
    if (disk_cache != nullptr) {
        disk_cache->wrote(file);
    }
    if (written < 0 || static_cast<size_t>(written) < half) {
        return written;
    }
    step("half a write");
    const ssize_t rest = __real_write(file, static_cast<const char*>(bytes) + half, size - half);
    return rest < 0 ? written : written + rest;
}

int __wrap_fsync(int file) {
    step("fsync");
    const int status = __real_fsync(file);
    if (disk_cache != nullptr) {
        disk_cache->synced(file);
    }
    return status;
}

int __wrap_fdatasync(int file) {
    step("fdatasync");
    const int status = __real_fdatasync(file);
    if (disk_cache != nullptr) {
        disk_cache->synced(file);
    }
    return status;
}

int __wrap_rename(const char* from, const char* to) {
    step("rename");
    if (disk_cache != nullptr) {
        disk_cache->renamed(from, to);
    }
    return __real_rename(from, to);
}

int __wrap_unlink(const char* path) {
    step("unlink");
    return __real_unlink(path);
}

int __wrap_mkdir(const char* path, mode_t mode) {
    step("mkdir");
    return __real_mkdir(path, mode);
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming,cert-dcl37-c,cert-dcl51-cpp)
