// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace egret::control {

/// Where a value stands in the configuration file, counted from 1; line 0 means nowhere: a default,
/// or a complaint about the file as a whole.
struct SourceLocation {
    uint32_t line = 0;
    uint32_t column = 0;
};

enum class Severity : uint8_t { note, warning, error };

/// One thing to say about a configuration (contract section 6, `check`).
struct Finding {
    std::string file;  ///< as the caller named it
    SourceLocation at;
    std::string key;  ///< dotted, e.g. "peer.endpoint"; empty for the file as a whole
    Severity severity = Severity::error;
    std::string message;
};

/// "error", "warning" or "note".
[[nodiscard]] std::string_view name_of(Severity severity) noexcept;

/// `FILE:LINE:COL: key: what is wrong`, with `warning: ` or `note: ` before the key where it is not
/// an error. Parts that are absent are left out.
[[nodiscard]] std::string to_text(const Finding& finding);

/// Collects what is said about one file, so that all mistakes come at once.
class Findings {
  public:
    explicit Findings(std::string file)
        : file_(std::move(file)) {}

    void error(SourceLocation at, std::string_view key, std::string message);
    void warning(SourceLocation at, std::string_view key, std::string message);
    void note(SourceLocation at, std::string_view key, std::string message);

    /// The one sentence of contract section 2 for a valid key whose feature does not exist yet.
    void not_yet_supported(SourceLocation at, std::string_view key);

    [[nodiscard]] bool has_errors() const noexcept { return n_errors_ != 0; }

    [[nodiscard]] const std::string& file() const noexcept { return file_; }

    [[nodiscard]] const std::vector<Finding>& all() const noexcept { return all_; }

    /// Orders what was said by line and column; equal places keep the order of saying.
    void sort();

  private:
    void add(Severity severity, SourceLocation at, std::string_view key, std::string message);

    std::string file_;
    std::vector<Finding> all_;
    size_t n_errors_ = 0;
};

}  // namespace egret::control
