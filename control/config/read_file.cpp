// SPDX-License-Identifier: Apache-2.0
#include "control/config/read_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <system_error>

namespace egret::control {
namespace {

struct CloseFile {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

std::string last_error() {
    return std::generic_category().message(errno);
}

}  // namespace

tl::expected<std::string, std::string>
read_file(const std::filesystem::path& path, size_t max_bytes) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        return tl::unexpected(std::string("is a folder, not a file"));
    }
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
    if (file == nullptr) {
        return tl::unexpected("cannot be read: " + last_error());
    }
    std::string content;
    char chunk[16384];
    size_t count = 0;
    while ((count = std::fread(chunk, 1, sizeof(chunk), file.get())) > 0) {
        if (content.size() + count > max_bytes) {
            return tl::unexpected(fmt::format("is larger than {} bytes", max_bytes));
        }
        content.append(chunk, count);
    }
    if (std::ferror(file.get()) != 0) {
        return tl::unexpected("cannot be read: " + last_error());
    }
    return content;
}

}  // namespace egret::control
