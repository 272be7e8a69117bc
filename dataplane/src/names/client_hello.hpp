// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/events.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace egret::names {

/// Longest start of a stream in which a ClientHello is looked for. One with a post-quantum key share takes about 2 KiB.
inline constexpr size_t kMaxClientHelloSize = 4096;

enum class HelloStatus : uint8_t {
    need_more,  ///< so far a ClientHello, but not all of it
    name,       ///< it names a server
    none,  ///< no TLS, no ClientHello, none within kMaxClientHelloSize, no server name, or an encrypted one
};

/// Looks for the server name (RFC 6066 section 3) in the first bytes a TCP client sent.
///
/// `stream` starts with the first byte of the stream and holds no gaps. The ClientHello may be split over several TLS records
/// (RFC 8446 section 5.1). The whole of it is needed, as the extension for Encrypted ClientHello may come last: with that
/// one present the visible name is the outer, public one and teaches nothing. A client that only pretends (GREASE) looks the
/// same on purpose and is treated the same.
///
/// `name` is set with HelloStatus::name only. Threads: any. Cost: no allocation; one pass.
[[nodiscard]] HelloStatus
find_server_name(std::span<const uint8_t> stream, api::ServerName& name) noexcept;

}  // namespace egret::names
