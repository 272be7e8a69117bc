// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Configurations to begin from, and a folder for what they refer to.
namespace egret::test {

/// A branch that uses one key of everything it needs, without a word from `check`.
extern const std::string_view kBranch;

/// The same for an edge.
extern const std::string_view kEdge;

/// `text` with the one place that reads `from` replaced; the test fails if there is none.
std::string with(std::string_view text, std::string_view from, std::string_view to);

/// A folder that goes away with the object.
class TempFolder {
  public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    /// Writes a file, making the folders above it; returns its path.
    std::filesystem::path write(const std::string& name, std::string_view content) const;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  private:
    std::filesystem::path path_;
};

/// What is said about a configuration without its lists, as `check` prints it; the file is "t.toml".
std::vector<std::string> findings_of(std::string_view toml);

/// What is said about `toml` with the files beside it; its own name is left out of each line.
std::vector<std::string> findings_in(const TempFolder& folder, std::string_view toml);

/// Compiles `toml`; the test fails if it cannot be.
control::Generation compiled(const TempFolder& folder, std::string_view toml);

/// The file `name` below the shared folder as text; skipping and failing as shared_json does.
std::optional<std::string> shared_text(const std::string& name);

void check_lines(const std::vector<std::string>& expected, const std::vector<std::string>& actual);

}  // namespace egret::test
