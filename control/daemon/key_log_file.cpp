// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/key_log_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace egret::control {
namespace {

constexpr mode_t kMode = S_IRUSR | S_IWUSR;

tl::unexpected<std::string> failure(const std::filesystem::path& path) {
    return tl::unexpected(
        fmt::format("{}: the key log cannot be written: {}", path.string(), std::strerror(errno))
    );
}

}  // namespace

tl::expected<KeyLogFile, std::string> KeyLogFile::open(const std::filesystem::path& path) {
    // A link could lead anywhere, and an old file may be open to others until the next line.
    api::Descriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, kMode)
    );
    if (!file.open() || fchmod(file.get(), kMode) != 0 || ftruncate(file.get(), 0) != 0) {
        return failure(path);
    }
    return KeyLogFile(path, std::move(file));
}

tl::expected<void, std::string> KeyLogFile::write(std::string_view lines) {
    // One call: a reader beside us never sees half a handshake.
    if (::write(file_.get(), lines.data(), lines.size()) != static_cast<ssize_t>(lines.size())) {
        return failure(path_);
    }
    return {};
}

}  // namespace egret::control
