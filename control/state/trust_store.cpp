// SPDX-License-Identifier: Apache-2.0
#include "control/state/trust_store.hpp"

#include "control/config/read_file.hpp"
#include "control/state/durable_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace egret::control {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kMode = S_IRUSR | S_IWUSR;
constexpr const char* kKey = ".pub";
/// Instead of a key: one that was trusted once and is not to come back by a signature.
constexpr const char* kRemoved = ".removed";

std::string describe(const fs::path& path, std::string_view what) {
    return fmt::format("{}: {}", path.string(), what);
}

tl::expected<void, std::string> check_writers(const fs::path& path) {
    struct stat status {};

    if (stat(path.c_str(), &status) != 0) {
        return tl::unexpected(describe(path, std::strerror(errno)));
    }
    if (status.st_uid != 0 && status.st_uid != geteuid()) {
        return tl::unexpected(describe(path, "belongs to another user: chown it to root"));
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return tl::unexpected(describe(path, "others may write to it; chmod go-w it"));
    }
    return {};
}

tl::expected<crypto::SigningPublicKey, std::string> read_key(const fs::path& path) {
    if (auto good = check_writers(path); !good) {
        return tl::unexpected(good.error());
    }
    const auto text = read_file(path, crypto::kMaxSigningKeyText);
    if (!text) {
        return tl::unexpected(describe(path, text.error()));
    }
    const auto key = crypto::parse_signing_public_key(*text);
    if (!key) {
        return tl::unexpected(
            describe(path, crypto::text_of(key.error())) + ": replace or delete it"
        );
    }
    return *key;
}

}  // namespace

tl::expected<TrustStore, std::string> TrustStore::open(fs::path folder) {
    if (mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        return tl::unexpected(describe(folder, std::strerror(errno)));
    }
    if (auto good = check_writers(folder); !good) {
        return tl::unexpected(good.error());
    }
    TrustStore store(std::move(folder));
    std::error_code failure;
    for (const fs::directory_entry& entry : fs::directory_iterator(store.folder_, failure)) {
        if (entry.path().extension() == ".new") {
            unlink(entry.path().c_str());
        } else if (entry.path().extension() == kKey) {
            const auto key = read_key(entry.path());
            if (!key) {
                return tl::unexpected(key.error());
            }
            store.keys_.push_back(*key);
        }
    }
    if (failure) {
        return tl::unexpected(describe(store.folder_, failure.message()));
    }
    if (store.keys_.size() > kMaxKeys) {
        return tl::unexpected(
            describe(store.folder_, fmt::format("holds more than {} keys: delete some", kMaxKeys))
        );
    }
    std::ranges::sort(store.keys_, {}, &crypto::SigningPublicKey::id);
    return store;
}

fs::path TrustStore::path_of(std::string_view id, const char* suffix) const {
    return folder_ / (std::string(id) + suffix);
}

tl::expected<crypto::SigningPublicKey, std::string>
TrustStore::judge(std::string_view message, const crypto::FileSignature& signature) const {
    const auto key = std::ranges::find(keys_, signature.key_id, &crypto::SigningPublicKey::id);
    if (key == keys_.end()) {
        return tl::unexpected(fmt::format(
            "was made by key {}, which this node does not trust: sign with a key egret trust "
            "--list shows",
            signature.key_id.text()
        ));
    }
    const auto verified = crypto::verify_signature(*key, crypto::bytes_of(message), signature);
    if (!verified) {
        return tl::unexpected(
            std::string(crypto::text_of(verified.error())) + ": sign the file anew"
        );
    }
    return *key;
}

tl::expected<void, std::string> TrustStore::add(const crypto::SigningPublicKey& key) {
    const auto known = std::ranges::find(keys_, key.id, &crypto::SigningPublicKey::id);
    if (known != keys_.end()) {
        return *known == key ? tl::expected<void, std::string>()
                             : tl::unexpected(fmt::format(
                                   "another key is already trusted by the name {}: make a new one",
                                   key.id.text()
                               ));
    }
    if (keys_.size() == kMaxKeys) {
        return tl::unexpected(fmt::format("{} keys are trusted already: remove one first", kMaxKeys)
        );
    }
    const std::string id = key.id.text();
    if (auto written = write_durably(path_of(id, kKey), key.file_text(), kMode); !written) {
        return written;
    }
    unlink(path_of(id, kRemoved).c_str());
    keys_.insert(std::ranges::upper_bound(keys_, key.id, {}, &crypto::SigningPublicKey::id), key);
    return {};
}

tl::expected<crypto::SigningPublicKey, std::string>
TrustStore::add_signed(std::string_view key_text, const crypto::FileSignature& signature) {
    const auto judged = judge(key_text, signature);
    if (!judged) {
        return tl::unexpected("the signature " + judged.error());
    }
    const auto key = crypto::parse_signing_public_key(key_text);
    if (!key) {
        return tl::unexpected("the file " + std::string(crypto::text_of(key.error())));
    }
    std::error_code ignored;
    if (fs::exists(path_of(key->id.text(), kRemoved), ignored)) {
        return tl::unexpected(fmt::format(
            "key {} was removed from this node: only root may trust it again, without a signature",
            key->id.text()
        ));
    }
    if (auto added = add(*key); !added) {
        return tl::unexpected(added.error());
    }
    return *key;
}

tl::expected<void, std::string> TrustStore::remove(std::string_view id) {
    const auto key = std::ranges::find_if(keys_, [&](const crypto::SigningPublicKey& known) {
        return known.id.text() == id;
    });
    if (key == keys_.end()) {
        return tl::unexpected(
            fmt::format("no key {} is trusted: egret trust --list shows those that are", id)
        );
    }
    // The mark comes first: a power cut in between leaves a key that is trusted and must be removed again.
    if (auto marked = write_durably(path_of(id, kRemoved), key->text() + "\n", kMode); !marked) {
        return marked;
    }
    auto removed = remove_durably(path_of(id, kKey));
    if (removed) {
        keys_.erase(key);
    }
    return removed;
}

}  // namespace egret::control
