// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace egret::control {

/// A debug key log, as Wireshark's WireGuard decoder reads it. It opens recorded traffic to whoever holds it, so the file
/// is its owner's alone (mode 0600); it appears only when complete.
class KeyLog {
  public:
    /// An empty path: no log is wanted.
    explicit KeyLog(std::string path)
        : path_(std::move(path)) {}

    [[nodiscard]] bool wanted() const noexcept { return !path_.empty(); }

    void write(const std::string& line) { lines_ += line + "\n"; }

    /// Writes the file. Error: it cannot be written.
    [[nodiscard]] tl::expected<void, std::string> commit();

  private:
    std::string path_;
    std::string lines_;
};

}  // namespace egret::control
