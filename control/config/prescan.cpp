// SPDX-License-Identifier: Apache-2.0
#include "control/config/prescan.hpp"

namespace egret::control {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kTooDeep = "nests deeper than 16 levels";
static_assert(kMaxNesting == 16, "as the message says");
constexpr std::string_view kNotAscii =
    "not TOML: a character outside ASCII must be in a string or a comment";

bool is_ascii(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x80;
}

/// Walks over TOML text once, character by character.
class Scanner {
  public:
    explicit Scanner(std::string_view text) noexcept
        : text_(text) {}

    std::optional<Hazard> run() noexcept {
        if (text_.starts_with(kByteOrderMark)) {
            position_ = kByteOrderMark.size();
        }
        while (position_ < text_.size()) {
            if (!is_ascii(text_[position_])) {
                return Hazard{{line_, column_}, kNotAscii};
            }
            step();
            if (depth_ > kMaxNesting || dots_ > kMaxNesting) {
                return Hazard{{line_, column_}, kTooDeep};
            }
            advance(1);
        }
        return std::nullopt;
    }

  private:
    static constexpr size_t kMaxClosingQuotes = 5;

    /// Looks at one character outside of strings and leaves `position_` on the last one it used.
    void step() noexcept {
        switch (text_[position_]) {
            case '"':
            case '\'':
                skip_string(text_[position_]);
                break;
            case '#':
                skip_comment();
                break;
            case '[':
            case '{':
                ++depth_;
                dots_ = 0;
                break;
            case ']':
            case '}':
                depth_ -= depth_ > 0 ? 1 : 0;
                break;
            case '.':
                ++dots_;
                break;
            case '=':
            case ',':
            case '\n':
                dots_ = 0;
                break;
            default:
                break;
        }
    }

    /// Columns count characters: the bytes that continue one in UTF-8 add nothing.
    void advance(size_t count) noexcept {
        for (; count > 0 && position_ < text_.size(); --count, ++position_) {
            const char c = text_[position_];
            if (c == '\n') {
                ++line_;
                column_ = 1;
            } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {
                ++column_;
            }
        }
    }

    void skip_comment() noexcept {
        while (position_ + 1 < text_.size() && text_[position_ + 1] != '\n') {
            advance(1);
        }
    }

    /// Counts no further than any rule needs, so that a file of quotes is scanned once.
    [[nodiscard]] size_t quotes_here(char quote) const noexcept {
        size_t count = 0;
        while (count < kMaxClosingQuotes && position_ + count < text_.size() &&
               text_[position_ + count] == quote) {
            ++count;
        }
        return count;
    }

    /// Leaves `position_` on the closing quote, or on the end of an unfinished line.
    void skip_string(char quote) noexcept {
        const size_t opening = quotes_here(quote);
        if (opening == 2) {  // empty string
            advance(1);
            return;
        }
        const bool is_multi_line = opening >= 3;
        advance(is_multi_line ? 3 : 1);
        while (position_ < text_.size()) {
            const char c = text_[position_];
            if (c == '\\' && quote == '"') {
                advance(2);
            } else if ((c == quote && close_string(quote, is_multi_line)) || (c == '\n' && !is_multi_line)) {
                return;
            } else {
                advance(1);
            }
        }
    }

    /// At a quote: true if it ends the string. Three to five quotes end a multi-line string, of
    /// which up to two are its last characters (TOML 1.0, section "String").
    bool close_string(char quote, bool is_multi_line) noexcept {
        if (!is_multi_line) {
            return true;
        }
        const size_t count = quotes_here(quote);
        if (count < 3) {
            return false;
        }
        advance(count - 1);
        return true;
    }

    std::string_view text_;
    size_t position_ = 0;
    uint32_t line_ = 1;
    uint32_t column_ = 1;
    uint32_t depth_ = 0;  ///< open brackets and braces
    uint32_t dots_ = 0;   ///< of the dotted key being read
};

}  // namespace

std::optional<Hazard> find_hazard(std::string_view text) noexcept {
    return Scanner(text).run();
}

}  // namespace egret::control
