// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/apps/egret/commands.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace egret::control {

/// A line of text that is wiped with the object.
class Password {
  public:
    /// Asks on the terminal, without showing what is typed; where standard input is none, takes its next line, as minisign
    /// does. Nothing if there is no line.
    [[nodiscard]] static std::optional<Password>
    ask(std::string_view question, const Streams& streams);

    Password(Password&&) = default;
    Password& operator=(Password&&) = default;
    Password(const Password&) = delete;
    Password& operator=(const Password&) = delete;
    ~Password();

    [[nodiscard]] std::string_view text() const noexcept { return text_; }

  private:
    explicit Password(std::string text)
        : text_(std::move(text)) {}

    std::string text_;
};

}  // namespace egret::control
