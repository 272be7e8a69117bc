// SPDX-License-Identifier: Apache-2.0
#include "api/tables_check.hpp"
#include "api/tables_layout.hpp"

#include <egret/api/tables_codec.hpp>

#include <cstring>
#include <utility>

namespace egret::api {
namespace layout {
namespace {

class Writer {
  public:
    static constexpr bool kReads = false;

    bool bytes(const void* data, size_t size_bytes) {
        const auto* first = static_cast<const std::byte*>(data);
        bytes_.insert(bytes_.end(), first, first + size_bytes);
        return true;
    }

    bool count(uint32_t& n, size_t /*element_size*/) { return bytes(&n, sizeof(n)); }

    /// Writes what the reader will refuse: a writer does not judge.
    static bool refuse(const char* /*why*/) noexcept { return true; }

    [[nodiscard]] std::vector<std::byte> take() noexcept { return std::move(bytes_); }

  private:
    std::vector<std::byte> bytes_;
};

class Reader {
  public:
    static constexpr bool kReads = true;

    explicit Reader(std::span<const std::byte> bytes) noexcept
        : left_(bytes) {}

    bool bytes(void* data, size_t size_bytes) noexcept {
        if (size_bytes > left_.size()) {
            return refuse("less than they announce");
        }
        if (size_bytes > 0) {  // an empty vector has no address to copy to
            std::memcpy(data, left_.data(), size_bytes);
        }
        left_ = left_.subspan(size_bytes);
        return true;
    }

    /// Elements are held against what is left before memory is taken for them.
    bool count(uint32_t& n, size_t element_size) noexcept {
        return bytes(&n, sizeof(n)) &&
               (n <= left_.size() / element_size || refuse("less than they announce"));
    }

    bool refuse(const char* why) noexcept {
        why_ = why;
        return false;
    }

    [[nodiscard]] const char* why() const noexcept { return why_; }

    [[nodiscard]] bool at_end() const noexcept { return left_.empty(); }

  private:
    std::span<const std::byte> left_;
    const char* why_ = "";
};

template <class Start>
bool read_ranges(Reader& reader, PrefixTable::Ranges<Start>& ranges) {
    return code_all(reader, ranges.starts, ranges.sets);
}

bool read_destinations(Reader& reader, PrefixTable& destinations) {
    PrefixTable::Ranges<uint32_t> ipv4;
    PrefixTable::Ranges<PrefixTable::Key6> ipv6;
    if (!read_ranges(reader, ipv4) || !read_ranges(reader, ipv6)) {
        return false;
    }
    auto table = PrefixTable::from_ranges(std::move(ipv4), std::move(ipv6));
    if (!table) {
        return reader.refuse("destinations out of order");
    }
    destinations = std::move(*table);
    return true;
}

bool read(Reader& reader, Tables& tables) {
    return code_before_destinations(reader, tables) &&
           read_destinations(reader, tables.destinations) &&
           code_behind_destinations(reader, tables) &&
           (reader.at_end() || reader.refuse("more than they announce"));
}

}  // namespace
}  // namespace layout

std::vector<std::byte> encode(const Tables& tables) {
    layout::Writer writer;
    const auto& ipv4 = tables.destinations.ipv4_ranges();
    const auto& ipv6 = tables.destinations.ipv6_ranges();
    static_cast<void>(
        layout::code_before_destinations(writer, tables) &&
        layout::code_all(writer, ipv4.starts, ipv4.sets, ipv6.starts, ipv6.sets) &&
        layout::code_behind_destinations(writer, tables)
    );
    return writer.take();
}

tl::expected<Tables, std::string> decode_tables(std::span<const std::byte> bytes) {
    layout::Reader reader(bytes);
    Tables tables;
    if (!layout::read(reader, tables)) {
        return tl::unexpected(std::string("the tables hold ") + reader.why());
    }
    if (const auto checked = check(tables); !checked) {
        return tl::unexpected(checked.error());
    }
    return tables;
}

}  // namespace egret::api
