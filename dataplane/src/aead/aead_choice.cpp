// SPDX-License-Identifier: Apache-2.0
#include "aead/cryptodev_backends.hpp"
#include "aead/trial.hpp"

#include <egret/aead_choice.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace egret {
namespace {

using crypto::AeadBackend;
using crypto::Suite;

constexpr std::array kSuitesHere{Suite::wireguard, Suite::aes256gcm};

using Backends = std::vector<const AeadBackend*>;

/// Those that are right; what is not is reported.
Backends right_ones(const Backends& all, const AeadReport& report) {
    Backends right;
    for (const AeadBackend* backend : all) {
        const AeadBackend& reference = crypto::sodium_backend(backend->suite);
        if (backend == &reference || agrees_with(*backend, reference)) {
            right.push_back(backend);
        } else {
            report(
                std::string(backend->name) + " does not make what libsodium makes for " +
                std::string(name_of(backend->suite)) + ": left out"
            );
        }
    }
    return right;
}

std::string names_of(const Backends& backends) {
    std::string names;
    for (const AeadBackend* backend : backends) {
        names += (names.empty() ? "" : ", ") + std::string(backend->name);
    }
    return names.empty() ? "none" : names;
}

/// The fastest, with everybody's cycles.
AeadChoice measure(const Backends& backends) {
    std::vector<std::pair<uint64_t, const AeadBackend*>> results;
    for (const AeadBackend* backend : backends) {
        results.emplace_back(cycles_per_packet(*backend), backend);
    }
    std::ranges::stable_sort(results, {}, [](const auto& result) { return result.first; });
    AeadChoice choice{results.front().second, {}};
    for (const auto& [cycles, backend] : results) {
        choice.why += choice.why.empty()
                          ? "measured: " + std::to_string(cycles) + " cycles a packet"
                          : "; " + std::string(backend->name) + " " + std::to_string(cycles);
    }
    return choice;
}

tl::expected<AeadChoice, std::string>
choose(Suite suite, const std::string& wish, const Backends& backends) {
    if (wish != AeadWish::kAuto) {
        const auto found = std::ranges::find(backends, wish, [](const AeadBackend* backend) {
            return backend->name;
        });
        if (found == backends.end()) {
            return tl::unexpected(
                std::string(name_of(suite)) + " by " + wish + ": that is not to be had here; " +
                "there is " + names_of(backends)
            );
        }
        return AeadChoice{*found, "configured"};
    }
    if (backends.empty()) {
        return AeadChoice{&crypto::sodium_backend(suite), "this processor cannot do it"};
    }
    return backends.size() == 1 ? AeadChoice{backends.front(), "the only one here"}
                                : measure(backends);
}

}  // namespace

std::string_view name_of(Suite suite) noexcept {
    return suite == Suite::aes256gcm ? "aes256gcm" : "wireguard";
}

std::string AeadWish::read(std::span<const std::string> texts) {
    for (const std::string& text : texts) {
        const size_t split = text.find('=');
        const auto suite = std::ranges::find(kSuitesHere, text.substr(0, split), name_of);
        if (suite == kSuitesHere.end() || split == std::string::npos || split + 1 == text.size()) {
            return text + ": write it as SUITE=BACKEND, with wireguard or aes256gcm as SUITE";
        }
        backend[static_cast<size_t>(*suite)] = text.substr(split + 1);
    }
    return {};
}

std::vector<const AeadBackend*>
aead_backends(Suite suite, uint16_t max_simd_bits, const AeadReport& report) {
    open_crypto_devices([&report](std::string_view device, const std::string& why) {
        report(std::string(device) + " is not to be had: " + why);
    });
    Backends all;
    std::ranges::copy(crypto::multilane_backends(), std::back_inserter(all));
    std::ranges::copy(cryptodev_backends(), std::back_inserter(all));
    all.push_back(&crypto::sodium_backend(suite));
    // What nothing can be held against is not used.
    const bool has_reference = all.back()->available();
    std::erase_if(all, [&](const AeadBackend* backend) {
        return !has_reference || backend->suite != suite || backend->simd_bits > max_simd_bits ||
               !backend->available();
    });
    return right_ones(all, report);
}

tl::expected<AeadChoices, std::string> choose_aead(const AeadWish& wish, const AeadReport& report) {
    AeadChoices choices;
    for (const Suite suite : kSuitesHere) {
        const auto place = static_cast<size_t>(suite);
        auto choice =
            choose(suite, wish.backend[place], aead_backends(suite, wish.max_simd_bits, report));
        if (!choice) {
            return tl::unexpected(choice.error());
        }
        choices[place] = std::move(*choice);
    }
    return choices;
}

AeadBackends backends_of(const AeadChoices& choices) noexcept {
    return {choices[0].backend, choices[1].backend};
}

}  // namespace egret
