// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/password.hpp"

#include <egret/crypto/secret.hpp>

#include <istream>
#include <ostream>
#include <span>
#include <termios.h>
#include <unistd.h>

namespace egret::control {
namespace {

/// Longer ones minisign does not take either.
constexpr size_t kMaxBytes = 1024;

/// Keeps a terminal from showing what is typed.
class Hidden {
  public:
    Hidden() noexcept
        : is_hidden_(tcgetattr(STDIN_FILENO, &before_) == 0) {
        termios hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        is_hidden_ = is_hidden_ && tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
    }

    Hidden(const Hidden&) = delete;
    Hidden& operator=(const Hidden&) = delete;

    ~Hidden() {
        if (is_hidden_) {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        }
    }

  private:
    termios before_{};
    bool is_hidden_;
};

}  // namespace

std::optional<Password> Password::ask(std::string_view question, const Streams& streams) {
    std::string line;
    // What getline leaves behind when a string grows cannot be wiped.
    line.reserve(2 * kMaxBytes);
    const bool is_terminal = isatty(STDIN_FILENO) == 1;
    if (is_terminal) {
        streams.err << question << ": " << std::flush;
        const Hidden hidden;
        std::getline(streams.in, line);
        streams.err << '\n';
    } else {
        std::getline(streams.in, line);
    }
    Password password(std::move(line));
    const bool is_right = !streams.in.fail() && password.text().size() <= kMaxBytes;
    return is_right ? std::optional(std::move(password)) : std::nullopt;
}

Password::~Password() {
    crypto::wipe(std::as_writable_bytes(std::span(text_)));
}

}  // namespace egret::control
