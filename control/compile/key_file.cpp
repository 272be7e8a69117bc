// SPDX-License-Identifier: Apache-2.0
#include "control/compile/key_file.hpp"

#include <egret/crypto/key_text.hpp>

#include <array>
#include <cerrno>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>

namespace egret::control {
namespace {

namespace fs = std::filesystem;

/// One line of base64, with room for the line's end and little more.
constexpr size_t kMaxBytes = 256;

struct CloseFile {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

using Key = crypto::Secret<crypto::kKeySize>;

tl::expected<Key, std::string> parse(std::string_view text) {
    if (text.size() > kMaxBytes) {
        return tl::unexpected(fmt::format("is larger than {} bytes", kMaxBytes));
    }
    while (text.ends_with('\n') || text.ends_with('\r')) {
        text.remove_suffix(1);
    }
    auto key = crypto::parse_key(text);
    if (!key) {
        return tl::unexpected(
            std::string("holds no key: one line of base64 is needed, as wg genkey writes it")
        );
    }
    return std::move(*key);
}

}  // namespace

tl::expected<Key, std::string> read_key_file(const fs::path& path) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
        return tl::unexpected(std::string("is a folder, not a file"));
    }
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
    if (file == nullptr) {
        return tl::unexpected("cannot be read: " + std::generic_category().message(errno));
    }
    // Unbuffered, so that the only copy of the text is the one that is wiped here.
    std::setvbuf(file.get(), nullptr, _IONBF, 0);
    std::array<char, kMaxBytes + 1> text{};
    const size_t size = std::fread(text.data(), 1, text.size(), file.get());
    const bool failed = std::ferror(file.get()) != 0;
    const int error = errno;
    auto key = parse({text.data(), size});
    crypto::wipe(std::as_writable_bytes(std::span(text)));
    if (failed) {
        return tl::unexpected("cannot be read: " + std::generic_category().message(error));
    }
    return key;
}

bool is_open_to_others(const fs::path& path) {
    constexpr fs::perms kOthers = fs::perms::group_all | fs::perms::others_all;
    std::error_code failure;
    const fs::perms perms = fs::status(path, failure).permissions();
    return !failure && (perms & kOthers) != fs::perms::none;
}

}  // namespace egret::control
