// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/records/json.hpp"

#include <egret/api/channel.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace egret::control {

/// The operator's end of the socket to egretd (protocol.hpp). Waits for answers. Threads: one owner.
class OperatorClient {
  public:
    /// Error: one sentence that says which socket and what to do.
    [[nodiscard]] static tl::expected<OperatorClient, std::string> connect(
        const std::filesystem::path& run_directory
    );

    using OnRecord = std::function<void(const Json& record)>;

    /// Sends a request, with a descriptor if it is not negative, and calls `on_record` for each record of the answer.
    /// Returns the line that ends it, whatever its `ok` says. Error: the connection broke, one sentence.
    [[nodiscard]] tl::expected<Json, std::string>
    request(const Json& request, const OnRecord& on_record, int descriptor = -1);

  private:
    OperatorClient(api::Descriptor socket, std::string path)
        : socket_(std::move(socket)),
          path_(std::move(path)) {}

    [[nodiscard]] tl::expected<void, std::string> send(const std::string& line, int descriptor);
    [[nodiscard]] tl::expected<std::string, std::string> read_line();

    api::Descriptor socket_;
    std::string path_;
    std::string received_;  ///< beyond the lines already returned
};

}  // namespace egret::control
