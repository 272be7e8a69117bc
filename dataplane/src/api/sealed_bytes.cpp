// SPDX-License-Identifier: Apache-2.0
#include <egret/api/channel.hpp>

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace egret::api {
namespace {

constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;

std::string reason(const std::string& what) {
    return what + ": " + std::strerror(errno);
}

}  // namespace

tl::expected<Descriptor, std::string> make_sealed(std::span<const std::byte> bytes) {
    Descriptor memfd(memfd_create("egret-tables", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!memfd.open()) {
        return tl::unexpected(reason("memory to be shared could not be made"));
    }
    while (!bytes.empty()) {
        const ssize_t written = ::write(memfd.get(), bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            return tl::unexpected(reason("memory to be shared could not be written"));
        }
        bytes = bytes.subspan(written > 0 ? static_cast<size_t>(written) : 0);
    }
    if (fcntl(memfd.get(), F_ADD_SEALS, kSeals) != 0) {
        return tl::unexpected(reason("memory to be shared could not be sealed"));
    }
    return memfd;
}

tl::expected<SealedBytes, std::string>
SealedBytes::map(const Descriptor& memfd, size_t size_bytes, size_t max_bytes) {
    const int seals = memfd.open() ? fcntl(memfd.get(), F_GET_SEALS) : -1;
    if (seals < 0 || (seals & kSeals) != kSeals) {
        return tl::unexpected(std::string("tables must come in a sealed memfd"));
    }

    struct stat status {};

    if (fstat(memfd.get(), &status) != 0 || static_cast<size_t>(status.st_size) != size_bytes ||
        size_bytes == 0 || size_bytes > max_bytes) {
        return tl::unexpected(
            "tables of " + std::to_string(size_bytes) +
            " bytes do not fit their memfd, or are more than " + std::to_string(max_bytes)
        );
    }
    void* start = mmap(nullptr, size_bytes, PROT_READ, MAP_PRIVATE, memfd.get(), 0);
    if (start == MAP_FAILED) {
        return tl::unexpected(reason("tables could not be mapped"));
    }
    return SealedBytes({static_cast<const std::byte*>(start), size_bytes});
}

SealedBytes::~SealedBytes() {
    if (!bytes_.empty()) {
        munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
    }
}

}  // namespace egret::api
