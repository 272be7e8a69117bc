// SPDX-License-Identifier: Apache-2.0
#include "names/dns.hpp"

#include "names/byte_reader.hpp"
#include "names/server_name.hpp"

#include <algorithm>

// In the order a response is read: header, question, the places of the answer records, then the chain through them.
namespace egret::names {
namespace {

using Bytes = std::span<const uint8_t>;

constexpr uint16_t kTypeCname = 5;      // RFC 1035 section 3.2.2
constexpr uint16_t kClassInternet = 1;  // RFC 1035 section 3.2.4

// Flags word, RFC 1035 section 4.1.1.
constexpr uint16_t kResponseAndOpcode = 0xf800;
constexpr uint16_t kStandardQuery = 0x0000;
constexpr uint16_t kStandardResponse = 0x8000;
constexpr uint16_t kTruncated = 0x0200;
constexpr uint16_t kRcode = 0x000f;

// Upper two bits of a length byte: a compression pointer (RFC 1035 section 4.1.4).
constexpr uint8_t kPointer = 0xc0;
constexpr int kMaxPointers = 16;  // ours: real names need one or two

struct Header {
    uint16_t id = 0;
    uint16_t flags = 0;
    uint16_t n_questions = 0;
    uint16_t n_answers = 0;
};

/// Where one record of the answer section keeps its parts.
struct Record {
    size_t owner_offset = 0;
    uint16_t type = 0;
    uint32_t ttl_s = 0;
    size_t data_offset = 0;
    Bytes data;
};

struct Records {
    size_t n = 0;
    std::array<Record, kMaxDnsRecords> records;

    [[nodiscard]] std::span<const Record> view() const noexcept { return {records.data(), n}; }
};

Header read_header(ByteReader& reader) noexcept {
    Header header;
    header.id = reader.u16();
    header.flags = reader.u16();
    header.n_questions = reader.u16();
    header.n_answers = reader.u16();
    reader.skip(4);  // counts of the authority and additional sections
    return header;
}

/// Moves past a name without following its pointer. False for a label type that does not exist; a name that runs out of
/// the message fails the reader.
bool skip_name(ByteReader& reader) noexcept {
    for (;;) {
        const uint8_t length = reader.u8();
        if ((length & kPointer) == kPointer) {
            reader.skip(1);
            return true;
        }
        if (length > kMaxLabelSize) {
            return false;
        }
        if (length == 0) {
            return true;
        }
        reader.skip(length);
    }
}

/// Reads the name at `offset`. Every pointer has to lead to before the run of labels it ends (RFC 1035 section 4.1.4: "a
/// prior occurrence"), so no loop is possible. False where it does not, and for what is no host name.
bool decode_name(Bytes message, size_t offset, api::ServerName& name) noexcept {
    name = {};
    size_t run_start = offset;
    for (int n_pointers = 0; n_pointers <= kMaxPointers;) {
        ByteReader reader{message.subspan(offset)};
        const uint8_t length = reader.u8();
        if ((length & kPointer) == kPointer) {
            offset = static_cast<size_t>(length & ~kPointer) << 8 | reader.u8();
            if (!reader.ok() || offset >= run_start) {
                return false;
            }
            run_start = offset;
            ++n_pointers;
            continue;
        }
        if (length == 0) {
            return reader.ok() && name.size_bytes != 0;
        }
        // A label that runs out of the message is taken as empty, which append_label refuses.
        if (!append_label(name, reader.take(length))) {
            return false;
        }
        offset += 1U + length;
    }
    return false;
}

bool read_question(Bytes message, ByteReader& reader, DnsQuestion& question) noexcept {
    const size_t offset = message.size() - reader.remaining_bytes();
    if (!skip_name(reader)) {
        return false;
    }
    question.type = reader.u16();
    const uint16_t record_class = reader.u16();
    return reader.ok() && record_class == kClassInternet &&
           decode_name(message, offset, question.name);
}

bool read_record(Bytes message, ByteReader& reader, Record& record) noexcept {
    record.owner_offset = message.size() - reader.remaining_bytes();
    if (!skip_name(reader)) {
        return false;
    }
    record.type = reader.u16();
    const uint16_t record_class = reader.u16();
    record.ttl_s = reader.u32();
    if ((record.ttl_s >> 31) != 0) {
        record.ttl_s = 0;  // RFC 2181 section 8
    }
    const uint16_t data_size = reader.u16();
    record.data_offset = message.size() - reader.remaining_bytes();
    record.data = reader.take(data_size);
    if (record_class != kClassInternet) {
        record.type = 0;  // no type of ours: passed over from here on
    }
    return reader.ok();
}

bool read_records(Bytes message, ByteReader& reader, size_t n_wanted, Records& records) noexcept {
    for (size_t i = 0; i < std::min(n_wanted, kMaxDnsRecords); ++i) {
        if (!read_record(message, reader, records.records[i])) {
            return false;
        }
        ++records.n;
    }
    return true;
}

bool is_owned_by(Bytes message, const Record& record, const api::ServerName& name) noexcept {
    api::ServerName owner;
    return decode_name(message, record.owner_offset, owner) && owner.view() == name.view();
}

/// Replaces `name` by what its CNAMEs lead to and returns the least of their TTLs.
uint32_t follow_cnames(Bytes message, const Records& records, api::ServerName& name) noexcept {
    uint32_t ttl_s = UINT32_MAX;
    for (size_t i = 0; i < kMaxDnsCnames; ++i) {
        const auto link = std::ranges::find_if(records.view(), [&](const Record& record) {
            return record.type == kTypeCname && is_owned_by(message, record, name);
        });
        api::ServerName target;
        if (link == records.view().end() || !decode_name(message, link->data_offset, target)) {
            break;
        }
        ttl_s = std::min(ttl_s, link->ttl_s);
        name = target;
    }
    return ttl_s;
}

api::IpAddress address_of(const Record& record) noexcept {
    api::IpAddress address;
    if (record.type == kDnsTypeA && record.data.size() == 4) {
        address.family = api::Family::ipv4;
    } else if (record.type == kDnsTypeAaaa && record.data.size() == 16) {
        address.family = api::Family::ipv6;
    } else {
        return address;
    }
    std::ranges::copy(record.data, address.bytes.begin());
    return address;
}

void collect_answers(Bytes message, const Records& records, DnsResponse& response) noexcept {
    api::ServerName name = response.question.name;
    const uint32_t chain_ttl_s = follow_cnames(message, records, name);
    for (const Record& record : records.view()) {
        const api::IpAddress address = address_of(record);
        if (record.type != response.question.type || !address.present() ||
            !is_owned_by(message, record, name)) {
            continue;
        }
        if (response.n_answers == kMaxDnsAnswers) {
            return;
        }
        response.answers[response.n_answers++] = {address, std::min(record.ttl_s, chain_ttl_s)};
    }
}

}  // namespace

std::optional<DnsQuery> parse_dns_query(Bytes message) noexcept {
    ByteReader reader{message};
    const Header header = read_header(reader);
    DnsQuery query{.id = header.id, .question = {}};
    if ((header.flags & kResponseAndOpcode) != kStandardQuery || header.n_questions != 1 ||
        !read_question(message, reader, query.question)) {
        return std::nullopt;
    }
    return query;
}

std::optional<DnsResponse> parse_dns_response(Bytes message) noexcept {
    ByteReader reader{message};
    const Header header = read_header(reader);
    DnsResponse response;
    response.id = header.id;
    response.rcode = static_cast<uint8_t>(header.flags & kRcode);
    response.truncated = (header.flags & kTruncated) != 0;
    Records records;
    if ((header.flags & kResponseAndOpcode) != kStandardResponse || header.n_questions != 1 ||
        !read_question(message, reader, response.question)) {
        return std::nullopt;
    }
    // A truncated message may end within a record; nobody uses its answers.
    if (!response.truncated) {
        if (!read_records(message, reader, header.n_answers, records)) {
            return std::nullopt;
        }
        collect_answers(message, records, response);
    }
    return response;
}

}  // namespace egret::names
