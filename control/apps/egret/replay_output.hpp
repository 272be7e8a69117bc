// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/records/json.hpp"

#include <filesystem>
#include <fstream>
#include <replay/replay.hpp>
#include <string>
#include <tl/expected.hpp>

namespace egret::control {

/// A file of JSON lines.
class LineFile {
  public:
    [[nodiscard]] static tl::expected<LineFile, std::string> create(
        const std::filesystem::path& path
    );

    void write(const std::string& line) { stream_ << line << '\n'; }

    /// Flushes; an error if anything could not be written.
    [[nodiscard]] tl::expected<void, std::string> finish();

  private:
    std::filesystem::path path_;
    std::ofstream stream_;
};

/// The folder a replay writes: everything is written into a hidden one beside it and moved in only when all of it is
/// there, so that a failed run leaves no half-written file and an older result stays whole.
class OutputFolder {
  public:
    /// Error: the folder's parent cannot be written.
    [[nodiscard]] static tl::expected<OutputFolder, std::string> prepare(
        const std::filesystem::path& folder
    );

    OutputFolder(OutputFolder&& other) noexcept;
    OutputFolder& operator=(OutputFolder&&) = delete;
    ~OutputFolder();

    /// Where to write a file called `name`.
    [[nodiscard]] std::filesystem::path path(const std::string& name) const {
        return beside_ / name;
    }

    /// Moves the files into the folder, replacing those of the same name.
    [[nodiscard]] tl::expected<void, std::string> commit();

  private:
    OutputFolder(std::filesystem::path folder, std::filesystem::path beside);

    std::filesystem::path folder_;
    std::filesystem::path beside_;
};

/// A line of `differences.jsonl`.
[[nodiscard]] Json difference_json(const replay::Difference& difference);

/// What `report.json` counts beyond frames.
struct ReplayTotals {
    std::string seed;
    uint64_t flows = 0;
    uint64_t flows_tunnel = 0;
    uint64_t flows_direct = 0;
    uint64_t flows_drop = 0;
    uint64_t sign_ins = 0;
    uint64_t clients_mixing = 0;  ///< families; not in the report
};

[[nodiscard]] Json report_json(const ReplayTotals& totals, const replay::Counts& counts);

}  // namespace egret::control
