// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/list_copy.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace egret::control {

/// The last good copies of lists, so that a node knows its destinations when a source fails, at boot
/// too. A folder for each list, named after its key (copy_key in take_copy.hpp):
///
///     about.json     ListCopy; names the copy that counts, so replacing it is what accepts a copy
///     copy-HASH      a text as it came, the one before too
///     copy-HASH.minisig   its signature, where the list must be signed
///     client-request-id   (beside the folders) what this machine calls itself to Microsoft's service
///
/// Files are replaced whole (durable_file.hpp): a power cut leaves the old copy or the new one. A text
/// that does not have its hash is as good as none. Threads: one owner; another process may read.
class ListStore {
  public:
    explicit ListStore(std::filesystem::path folder)
        : folder_(std::move(folder)) {}

    /// Where the copies of a node with this state directory are.
    [[nodiscard]] static std::filesystem::path folder_in(const std::filesystem::path& state) {
        return state / "list-copies";
    }

    /// What is known of a list; nothing if it has never been heard of.
    [[nodiscard]] std::optional<ListCopy> find(const std::string& key) const;

    struct Stored {
        std::string text;
        std::string signature;  ///< empty: none was kept
    };

    /// The text of a copy of this list. Error: one clause.
    [[nodiscard]] tl::expected<Stored, std::string>
    read(const std::string& key, const std::string& hash) const;

    /// Makes `stored` the last good copy; `copy.hash` and `copy.previous_hash` are set here.
    [[nodiscard]] tl::expected<void, std::string>
    accept(const std::string& key, ListCopy copy, const Stored& stored) const;

    /// Changes what is known, not the text.
    [[nodiscard]] tl::expected<void, std::string> note(const std::string& key, const ListCopy& copy)
        const;

    /// Throws away the copies of lists that have none of these keys and were last written before
    /// `before`: a rollback may want those of yesterday's configuration.
    void keep_only(const std::vector<std::string>& keys, std::filesystem::file_time_type before)
        const;

    /// A GUID (RFC 4122 version 4) that stays the same; drawn when it is asked for first.
    [[nodiscard]] tl::expected<std::string, std::string> client_request_id() const;

    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

  private:
    [[nodiscard]] std::filesystem::path folder_of(const std::string& key) const;
    [[nodiscard]] tl::expected<void, std::string> make_folder(const std::string& key) const;

    std::filesystem::path folder_;
};

/// The hash a copy is named by: BLAKE2s-256, hexadecimal.
[[nodiscard]] std::string list_hash(std::string_view text);

}  // namespace egret::control
