// SPDX-License-Identifier: Apache-2.0
#include "fuzz_check.hpp"
#include "names/client_hello.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

using egret::api::ServerName;
using egret::names::find_server_name;
using egret::names::HelloStatus;
using egret::names::kMaxClientHelloSize;
using egret::test::require;
using egret::test::require_host_name;

/// What the start of a stream decides, more of it must not change.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::span stream{data, size};
    ServerName whole_name;
    const HelloStatus whole = find_server_name(stream, whole_name);
    if (whole == HelloStatus::name) {
        require_host_name(whole_name);
    }
    require(whole != HelloStatus::need_more || size < kMaxClientHelloSize);
    ServerName half_name;
    const HelloStatus half = find_server_name(stream.first(size / 2), half_name);
    if (half != HelloStatus::need_more) {
        require(half == whole);
        require(half_name.view() == whole_name.view());
    }
    return 0;
}
