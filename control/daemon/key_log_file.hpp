// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/channel.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace egret::control {

/// The debug key log of a disposable node: its owner's alone (mode 0600), written as handshakes happen. Threads: one owner.
class KeyLogFile {
  public:
    /// Begins with an empty file. Error: one sentence.
    [[nodiscard]] static tl::expected<KeyLogFile, std::string> open(
        const std::filesystem::path& path
    );

    /// Error: one sentence.
    [[nodiscard]] tl::expected<void, std::string> write(std::string_view lines);

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  private:
    KeyLogFile(std::filesystem::path path, api::Descriptor file)
        : path_(std::move(path)),
          file_(std::move(file)) {}

    std::filesystem::path path_;
    api::Descriptor file_;
};

}  // namespace egret::control
