// SPDX-License-Identifier: Apache-2.0
#include "control/lists/list_signature.hpp"

#include <egret/crypto/minisign.hpp>

#include <fmt/format.h>
#include <span>

namespace egret::control {

std::string
signature_complaint(const ListSection& section, std::string_view text, std::string_view signature) {
    if (!section.signed_by.stated()) {
        return {};
    }
    const auto key = crypto::parse_signing_public_key(*section.signed_by);
    if (!key) {
        return fmt::format("signed_by: {}", crypto::text_of(key.error()));
    }
    if (signature.empty()) {
        return fmt::format(
            "is not signed: put the signature of key {} beside it, as {}{}",
            key->id.text(),
            *section.source,
            kSignatureSuffix
        );
    }
    const auto parsed = crypto::parse_file_signature(signature);
    if (!parsed) {
        return fmt::format("its signature: {}", crypto::text_of(parsed.error()));
    }
    const auto verified = crypto::verify_signature(*key, std::as_bytes(std::span(text)), *parsed);
    return verified ? std::string()
                    : fmt::format("its signature: {}", crypto::text_of(verified.error()));
}

}  // namespace egret::control
