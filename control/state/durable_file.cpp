// SPDX-License-Identifier: Apache-2.0
#include "control/state/durable_file.hpp"

#include <egret/api/channel.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace egret::control {
namespace {

namespace fs = std::filesystem;

tl::unexpected<std::string> failure(const fs::path& path, const char* what) {
    return tl::unexpected(path.string() + ": " + what + ": " + std::strerror(errno));
}

bool write_all(int file, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = write(file, content.data(), content.size());
        if (written < 0 && errno != EINTR) {
            return false;
        }
        content.remove_prefix(written > 0 ? static_cast<size_t>(written) : 0);
    }
    return true;
}

/// A rename is only safe from a power cut once its folder is.
bool sync_folder(const fs::path& folder) {
    const api::Descriptor opened(
        open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    );
    return opened.open() && fsync(opened.get()) == 0;
}

}  // namespace

tl::expected<void, std::string>
prepare_durably(const fs::path& path, std::string_view content, mode_t mode) {
    // One left over from a power cut may have another mode.
    unlink(path.c_str());
    const api::Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    // The umask has had its say at open; the caller's mode is meant as it is.
    if (!file.open() || fchmod(file.get(), mode) != 0 || !write_all(file.get(), content) ||
        fsync(file.get()) != 0) {
        const auto failed = failure(path, "cannot be written");
        unlink(path.c_str());
        return failed;
    }
    return {};
}

tl::expected<void, std::string> commit_durably(const fs::path& path, const fs::path& live) {
    if (rename(path.c_str(), live.c_str()) != 0) {
        return failure(live, "cannot be replaced");
    }
    if (!sync_folder(live.parent_path())) {
        return failure(live.parent_path(), "cannot be synced");
    }
    return {};
}

tl::expected<void, std::string>
write_durably(const fs::path& path, std::string_view content, mode_t mode) {
    fs::path beside = path;
    beside += "." + std::to_string(getpid()) + ".new";
    if (auto prepared = prepare_durably(beside, content, mode); !prepared) {
        return prepared;
    }
    auto committed = commit_durably(beside, path);
    if (!committed) {
        unlink(beside.c_str());
    }
    return committed;
}

tl::expected<void, std::string> remove_durably(const fs::path& path) {
    if (unlink(path.c_str()) != 0 && errno != ENOENT) {
        return failure(path, "cannot be removed");
    }
    if (!sync_folder(path.parent_path())) {
        return failure(path.parent_path(), "cannot be synced");
    }
    return {};
}

}  // namespace egret::control
