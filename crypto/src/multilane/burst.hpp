// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels.hpp"

#include <span>

/// ChaCha20-Poly1305 of a pass, at most kMaxMessages messages, with the kernels of one target.
namespace egret::crypto::multilane {

/// Encrypts in place and writes the tag behind each text.
void seal(const Kernels& kernels, std::span<const Message> messages) noexcept;

/// Holds the tag behind each text against the text and, where it is right, decrypts in place and sets
/// the flag of the same index. The text of a message whose tag is wrong stays as it came.
void open(const Kernels& kernels, std::span<const Message> messages, std::span<bool> ok) noexcept;

}  // namespace egret::crypto::multilane
