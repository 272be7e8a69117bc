// SPDX-License-Identifier: Apache-2.0
#include "control/policy/mmdb_metadata.hpp"

#include <optional>

namespace egret::control {
namespace {

constexpr std::string_view kMarker = "\xAB\xCD\xEFMaxMind.com";
constexpr uint64_t kSeparatorBytes = 16;
constexpr int kMaxDepth = 8;

/// The format's types, as far as metadata has them.
enum Type : uint8_t { text = 2, uint16 = 5, uint32 = 6, map = 7, uint64 = 9, array = 11 };

/// What one value says of itself: its type and its size in bytes, or in members.
struct Head {
    uint8_t type = 0;
    uint64_t size = 0;
};

struct Numbers {
    uint64_t node_count = 0;
    uint64_t record_size = 0;
    uint64_t ip_version = 0;
};

/// Takes values off the front of the metadata. Everything is nothing once the end was passed.
class Reader {
  public:
    explicit Reader(std::string_view bytes)
        : bytes_(bytes) {}

    std::optional<uint64_t> number(uint64_t n_bytes) {
        if (n_bytes > 8 || n_bytes > bytes_.size()) {
            return std::nullopt;
        }
        uint64_t value = 0;
        for (uint64_t i = 0; i < n_bytes; ++i) {
            value = value << 8 | static_cast<uint8_t>(bytes_[i]);
        }
        bytes_.remove_prefix(n_bytes);
        return value;
    }

    std::optional<Head> head() {
        constexpr uint64_t kFirstLong = 29;
        constexpr uint64_t kBase[] = {29, 285, 65821};
        const auto control = number(1);
        if (!control) {
            return std::nullopt;
        }
        Head head{static_cast<uint8_t>(*control >> 5), *control & 0x1f};
        if (head.type == 0) {
            const auto extended = number(1);
            if (!extended || *extended > 8) {
                return std::nullopt;
            }
            head.type = static_cast<uint8_t>(*extended + 7);
        }
        if (head.size >= kFirstLong) {
            const uint64_t n_bytes = head.size - kFirstLong + 1;
            const auto more = number(n_bytes);
            if (!more) {
                return std::nullopt;
            }
            head.size = kBase[n_bytes - 1] + *more;
        }
        return head;
    }

    std::optional<std::string_view> string() {
        const auto own = head();
        if (!own || own->type != Type::text || own->size > bytes_.size()) {
            return std::nullopt;
        }
        const std::string_view value = bytes_.substr(0, own->size);
        bytes_.remove_prefix(own->size);
        return value;
    }

    /// Nothing if the next value is no unsigned number.
    std::optional<uint64_t> unsigned_number() {
        const auto own = head();
        const bool is_number = own && (own->type == Type::uint16 || own->type == Type::uint32 ||
                                       own->type == Type::uint64);
        return is_number ? number(own->size) : std::nullopt;
    }

    /// False where the next value is not whole, or of a type metadata does not have.
    bool skip(int depth) {
        const auto own = head();
        if (!own || depth > kMaxDepth) {
            return false;
        }
        switch (own->type) {
            case Type::text:
                if (own->size > bytes_.size()) {
                    return false;
                }
                bytes_.remove_prefix(own->size);
                return true;
            case Type::uint16:
            case Type::uint32:
            case Type::uint64:
                return number(own->size).has_value();
            case Type::map:
                return skip_members(own->size, true, depth);
            case Type::array:
                return skip_members(own->size, false, depth);
            default:
                return false;
        }
    }

  private:
    bool skip_members(uint64_t count, bool has_keys, int depth) {
        for (uint64_t i = 0; i < count; ++i) {
            if ((has_keys && !string()) || !skip(depth + 1)) {
                return false;
            }
        }
        return true;
    }

    std::string_view bytes_;
};

uint64_t* field_of(Numbers& numbers, std::string_view key) {
    return key == "node_count"    ? &numbers.node_count
           : key == "record_size" ? &numbers.record_size
           : key == "ip_version"  ? &numbers.ip_version
                                  : nullptr;
}

std::optional<Numbers> read_numbers(std::string_view bytes) {
    Reader reader(bytes);
    Numbers numbers;
    const auto own = reader.head();
    if (!own || own->type != Type::map) {
        return std::nullopt;
    }
    for (uint64_t i = 0; i < own->size; ++i) {
        const auto key = reader.string();
        if (!key) {
            return std::nullopt;
        }
        uint64_t* field = field_of(numbers, *key);
        const auto value = field != nullptr ? reader.unsigned_number() : std::nullopt;
        if (field != nullptr ? !value.has_value() : !reader.skip(0)) {
            return std::nullopt;
        }
        if (field != nullptr) {
            *field = *value;
        }
    }
    return numbers;
}

}  // namespace

std::string mmdb_metadata_complaint(std::string_view tail, uint64_t file_bytes) {
    const size_t marker = tail.rfind(kMarker);
    if (marker == std::string_view::npos) {
        return "it has no metadata";
    }
    const auto numbers = read_numbers(tail.substr(marker + kMarker.size()));
    if (!numbers) {
        return "its metadata is damaged";
    }
    const bool is_known =
        numbers->record_size == 24 || numbers->record_size == 28 || numbers->record_size == 32;
    if (!is_known || (numbers->ip_version != 4 && numbers->ip_version != 6)) {
        return "its metadata is of a kind nobody knows";
    }
    const uint64_t metadata_at = file_bytes - tail.size() + marker;
    const uint64_t node_bytes = numbers->record_size / 4;
    if (numbers->node_count == 0 || numbers->node_count > UINT32_MAX ||
        numbers->node_count * node_bytes + kSeparatorBytes > metadata_at) {
        return "it is cut short";
    }
    return {};
}

}  // namespace egret::control
