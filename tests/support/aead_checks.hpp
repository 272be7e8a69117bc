// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/aead.hpp>

#include <vector>

/// What every AEAD backend has to pass, wherever it lives. To be called from CppUTest tests; the expectations come
/// from the AEAD of single messages, which the published vectors prove.
namespace egret::test {

/// The backends of the crypto library for `suite` that run on this processor. Names each other one: that is no skipped
/// test, as everything this processor can do is tried.
std::vector<const crypto::AeadBackend*> crypto_backends(crypto::Suite suite);

/// Those of both suites.
std::vector<const crypto::AeadBackend*> crypto_backends();

/// Seals and opens every message of Wycheproof, under its key, among 31 messages of other sizes and keys: at one position
/// each, or at all 32. Their nonces are the last 8 bytes of the vectors', as counters; there are no associated data.
void check_vectors(const crypto::AeadBackend& backend, bool everywhere);

/// Each single bit of a sealed message flipped, and a bit of the tag at each position of a burst of 32: that message fails
/// alone and stays ciphertext or becomes zeros.
void check_forgeries(const crypto::AeadBackend& backend);

/// Seals and opens bursts of 1 to 64 messages of many sizes, alignments, keys and counters, the same ones every time.
void check_random_bursts(const crypto::AeadBackend& backend, size_t n_bursts);

/// Messages of a tag alone, and what is shorter than one.
void check_shortest_messages(const crypto::AeadBackend& backend);

/// Sizes up to and around the largest a datagram can have.
void check_longest_messages(const crypto::AeadBackend& backend);

}  // namespace egret::test
