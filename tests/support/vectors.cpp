// SPDX-License-Identifier: Apache-2.0
#include "vectors.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <CppUTest/TestHarness.h>

namespace egret::test {

namespace {

std::string shared_path(const std::string& name) {
    const char* folder = std::getenv("EGRET_SHARED_DIR");  // NOLINT(concurrency-mt-unsafe)
    return std::string(folder != nullptr ? folder : EGRET_DEFAULT_SHARED_DIR) + "/" + name;
}

bool is_ci() {
    const char* value = std::getenv("CI");  // NOLINT(concurrency-mt-unsafe)
    return value != nullptr && std::string_view(value) == "true";
}

int digit(char character) {
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    return (character | 0x20) - 'a' + 10;
}

}  // namespace

Bytes bytes_from_hex(std::string_view text) {
    Bytes bytes;
    for (size_t i = 0; i + 1 < text.size(); i += 2) {
        if (text[i] == ' ') {
            --i;
            continue;
        }
        bytes.push_back(static_cast<std::byte>(digit(text[i]) * 16 + digit(text[i + 1])));
    }
    return bytes;
}

std::string to_hex(crypto::ByteView bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : bytes) {
        text += kDigits[std::to_integer<size_t>(byte >> 4)];
        text += kDigits[std::to_integer<size_t>(byte & std::byte{15})];
    }
    return text;
}

AeadVector read_aead_vector(const nlohmann::json& test) {
    const auto field = [&test](const char* name) {
        return bytes_from_hex(test.at(name).get<std::string>());
    };
    AeadVector vector{
        .key = field("key"),
        .nonce = field("iv"),
        .associated_data = field("aad"),
        .message = field("msg"),
        .sealed = field("ct"),
        .valid = test.at("result").get<std::string>() == "valid",
    };
    const Bytes tag = field("tag");
    vector.sealed.insert(vector.sealed.end(), tag.begin(), tag.end());
    return vector;
}

std::optional<nlohmann::json> shared_json(const std::string& name) {
    const std::string path = shared_path(name);
    std::ifstream file(path);
    if (file) {
        return nlohmann::json::parse(file);
    }
    if (is_ci()) {
        FAIL(("missing vectors: " + path).c_str());
    }
    std::printf("SKIP %s: no such file\n", path.c_str());
    return std::nullopt;
}

}  // namespace egret::test
