// SPDX-License-Identifier: Apache-2.0
#include "control/lists/list_store.hpp"

#include "control/config/read_file.hpp"
#include "control/state/durable_file.hpp"

#include <egret/crypto/blake2s.hpp>
#include <egret/crypto/random.hpp>

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <span>
#include <sys/stat.h>
#include <system_error>

namespace egret::control {
namespace {

namespace fs = std::filesystem;

/// Lists say where sign-ins go, which is nobody else's business, but they are no secret of the node's.
constexpr mode_t kMode = S_IRUSR | S_IWUSR;
constexpr const char* kAbout = "about.json";
constexpr const char* kRequestId = "client-request-id";

std::string hex(std::span<const std::byte> bytes) {
    std::string text;
    for (const std::byte byte : bytes) {
        text += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
    }
    return text;
}

bool is_plain(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/// A folder's name for any list's: what is not plain is written as %XX. A name too long for a folder
/// ends in its hash.
std::string folder_name(const std::string& name) {
    constexpr size_t kMaxName = 200;
    std::string encoded;
    for (const char c : name) {
        encoded +=
            is_plain(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded.size() <= kMaxName ? encoded
                                      : encoded.substr(0, kMaxName - 65) + "-" + list_hash(name);
}

std::string copy_name(const std::string& hash) {
    return "copy-" + hash;
}

/// Copies of a list that are neither the last good one nor the one before.
void remove_older(const fs::path& folder, const ListCopy& copy) {
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename();
        const bool is_used =
            name == kAbout || name.starts_with(copy_name(copy.hash)) ||
            (!copy.previous_hash.empty() && name.starts_with(copy_name(copy.previous_hash)));
        if (!is_used && name.starts_with("copy-")) {
            fs::remove(entry.path(), ignored);
        }
    }
}

}  // namespace

std::string list_hash(std::string_view text) {
    return hex(crypto::blake2s({std::as_bytes(std::span(text))}));
}

fs::path ListStore::folder_of(const std::string& key) const {
    return folder_ / folder_name(key);
}

std::optional<ListCopy> ListStore::find(const std::string& key) const {
    const auto text = read_file(folder_of(key) / kAbout, kMaxListCopyBytes);
    return text ? parse_list_copy(*text) : std::nullopt;
}

tl::expected<ListStore::Stored, std::string>
ListStore::read(const std::string& key, const std::string& hash) const {
    const fs::path path = folder_of(key) / copy_name(hash);
    auto text = read_file(path, kMaxListBytes);
    if (!text) {
        return tl::unexpected("its copy " + text.error());
    }
    if (list_hash(*text) != hash) {
        return tl::unexpected(std::string("its copy is damaged"));
    }
    constexpr size_t kMaxSignature = 16 * 1024;
    auto signature = read_file(path.string() + ".minisig", kMaxSignature);
    return Stored{std::move(*text), signature ? std::move(*signature) : std::string()};
}

tl::expected<void, std::string> ListStore::make_folder(const std::string& key) const {
    std::error_code failure;
    fs::create_directories(folder_of(key), failure);
    if (failure) {
        return tl::unexpected(folder_of(key).string() + ": " + failure.message());
    }
    fs::permissions(folder_, fs::perms::owner_all, failure);
    return {};
}

/// The text first: `about.json`, which names it, is what counts.
tl::expected<void, std::string>
ListStore::accept(const std::string& key, ListCopy copy, const Stored& stored) const {
    if (auto made = make_folder(key); !made) {
        return made;
    }
    const auto before = find(key);
    const std::string hash = list_hash(stored.text);
    if (before && before->hash != hash) {
        copy.previous_hash = before->hash;
    }
    copy.hash = hash;
    const fs::path path = folder_of(key) / copy_name(hash);
    if (auto written = write_durably(path, stored.text, kMode); !written) {
        return written;
    }
    if (!stored.signature.empty()) {
        auto written = write_durably(path.string() + ".minisig", stored.signature, kMode);
        if (!written) {
            return written;
        }
    }
    auto noted = note(key, copy);
    if (noted) {
        remove_older(folder_of(key), copy);
    }
    return noted;
}

tl::expected<void, std::string> ListStore::note(const std::string& key, const ListCopy& copy)
    const {
    if (auto made = make_folder(key); !made) {
        return made;
    }
    return write_durably(folder_of(key) / kAbout, to_text(copy), kMode);
}

void ListStore::keep_only(const std::vector<std::string>& keys, fs::file_time_type before) const {
    std::vector<std::string> wanted;
    for (const std::string& key : keys) {
        wanted.push_back(folder_name(key));
    }
    std::error_code failure;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_, failure)) {
        const auto written = fs::last_write_time(entry.path() / kAbout, failure);
        const bool is_wanted =
            std::ranges::find(wanted, entry.path().filename().string()) != wanted.end();
        if (!failure && !is_wanted && written < before) {
            fs::remove_all(entry.path(), failure);
        }
        failure.clear();
    }
}

tl::expected<std::string, std::string> ListStore::client_request_id() const {
    constexpr size_t kSize = 36;
    const auto kept = read_file(folder_ / kRequestId, kSize + 1);
    if (kept && kept->size() == kSize + 1 && kept->ends_with('\n')) {
        return kept->substr(0, kSize);
    }
    std::array<std::byte, 16> bytes{};
    crypto::Random::system().fill(bytes);
    bytes[6] = (bytes[6] & std::byte{0x0f}) | std::byte{0x40};
    bytes[8] = (bytes[8] & std::byte{0x3f}) | std::byte{0x80};
    std::string id = hex(bytes);
    for (const size_t at : {size_t{8}, size_t{13}, size_t{18}, size_t{23}}) {
        id.insert(at, "-");
    }
    std::error_code failure;
    fs::create_directories(folder_, failure);
    if (auto written = write_durably(folder_ / kRequestId, id + "\n", kMode); !written) {
        return tl::unexpected(written.error());
    }
    return id;
}

}  // namespace egret::control
