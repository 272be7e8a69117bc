// SPDX-License-Identifier: Apache-2.0
// egret-bench: cycles per packet of the shipped pipeline. README.md beside this file says what is measured and how.
#include "cases.hpp"
#include "control/apps/egret/eal.hpp"

#include <egret/packet_pool.hpp>

#include <rte_mbuf.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <memory>
#include <sched.h>

namespace egret::bench {
namespace {

constexpr unsigned kBuffers = 2047;
constexpr unsigned kBufferCache =
    512;  // a group fits, so that buffers are reused while they are warm

using Case = Result (*)(Bench&);

void say(const std::string& line) {
    std::cerr << "egret-bench: " + line + "\n";
}

std::string_view name_of_backend(const crypto::AeadBackend* backend) {
    return backend->name;
}

struct FreePool {
    void operator()(rte_mempool* pool) const noexcept { rte_mempool_free(pool); }
};

/// In the order they run.
struct NamedCase {
    std::string_view name;
    Case run;
};

constexpr NamedCase kCases[] = {
    {"aead", run_aead},
    {"outbound", run_ways},
    {"inbound", run_ways},
    {"stages", run_stages},
    {"classify", run_classify},
    {"handshake", run_handshake},
    {"push", run_push},
    {"what-if", run_what_if},
    {"scaling", run_scaling},
};

/// The last processor this process may use: the first ones serve most interrupts.
unsigned last_processor() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    sched_getaffinity(0, sizeof(allowed), &allowed);
    unsigned last = CPU_SETSIZE - 1;
    while (last > 0 && !CPU_ISSET(last, &allowed)) {
        --last;
    }
    return last;
}

/// Keeps this thread on one processor. Not before EAL is up: its start waits for a thread of its own, which would wait for
/// this one where the processor is shared under a real-time policy.
Result stay_on(unsigned processor) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    if (sched_setaffinity(0, sizeof(one), &one) != 0) {
        return tl::unexpected(fmt::format("processor {} cannot be used", processor));
    }
    return {};
}

/// All backends of both suites, within the limit on vectors.
std::vector<const crypto::AeadBackend*> all_backends(const Options& options) {
    std::vector<const crypto::AeadBackend*> all;
    for (const crypto::Suite suite : {crypto::Suite::wireguard, crypto::Suite::aes256gcm}) {
        const auto here = aead_backends(suite, options.aead.max_simd_bits, say);
        all.insert(all.end(), here.begin(), here.end());
        if (here.empty()) {
            say(fmt::format("SKIP {}: this processor cannot do it", name_of(suite)));
        }
    }
    return all;
}

Result run_cases(Bench& bench) {
    Case previous = nullptr;
    for (const NamedCase& named : kCases) {
        // Both directions are measured in one go.
        if (!bench.wants(named.name) || named.run == previous) {
            continue;
        }
        previous = named.run;
        if (auto done = named.run(bench); !done) {
            return done;
        }
    }
    return {};
}

Result run(const Options& options) {
    const unsigned processor = options.cpu.value_or(last_processor());
    const auto chosen = control::start_eal(options.aead.max_simd_bits)
                            .and_then([&] { return stay_on(processor); })
                            .and_then([&] { return choose_aead(options.aead, say); });
    if (!chosen) {
        return tl::unexpected(chosen.error());
    }
    const std::unique_ptr<rte_mempool, FreePool> pool(
        make_packet_pool("bench", kBuffers, kBufferCache)
    );
    if (pool == nullptr) {
        return tl::unexpected<std::string>("no memory for packet buffers");
    }
    Report report(options.json, options.save);
    Bench bench{options, report, pool.get(), *chosen, all_backends(options)};
    for (const std::string& name : options.backends) {
        if (std::ranges::find(bench.backends, name, name_of_backend) == bench.backends.end()) {
            return tl::unexpected("--backend " + name + ": that is not to be had here");
        }
    }
    auto done = run_cases(bench);
    report.finish();
    if (done && !report.saved()) {
        return tl::unexpected("--save " + options.save + ": not all could be written");
    }
    return done;
}

/// A number of bytes a data message can hold here, or the mix. Empty: all is well.
std::string check_size(const std::string& text) {
    constexpr uint32_t kLeast = 64;
    constexpr uint32_t kMost = 1420;
    uint32_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    const bool number = error == std::errc() && end == text.data() + text.size();
    return text == kImix || (number && size >= kLeast && size <= kMost)
               ? std::string()
               : fmt::format("{}: give {} to {} bytes or {}", text, kLeast, kMost, kImix);
}

template <class List>
CLI::Option* add_list(CLI::App& app, const char* name, List& list, const char* what) {
    return app.add_option(name, list, what)
        ->delimiter(',')
        ->allow_extra_args(false)
        ->capture_default_str();
}

/// What a way is measured under.
std::vector<CLI::Option*> add_conditions(CLI::App& app, Options& options) {
    return {
        add_list(app, "--flows", options.flows, "Living flows")->check(CLI::Range(1U, 100'000U)),
        add_list(app, "--sizes", options.sizes, "Payloads of data messages, bytes, or imix")
            ->check(check_size),
        add_list(app, "--outer", options.outers, "Families of the outer packet")
            ->check(CLI::IsMember({4, 6})),
        app.add_flag("--cold", options.cold, "Make the caches cold before each burst"),
    };
}

/// Who seals and opens.
void add_aead(CLI::App& app, Options& options) {
    add_list(app, "--backend", options.backends, "AEAD backends by name; else the chosen ones");
    app.add_option("--max-simd", options.aead.max_simd_bits, "No vectors wider than that, in bits")
        ->envname("EGRET_MAX_SIMD")
        ->check(CLI::IsMember({64, 128, 256, 512}));
    app.add_flag("--full", options.full, "Every backend, number of flows and state of the caches");
}

void add_options(CLI::App& app, Options& options) {
    std::vector<std::string> names;
    for (const NamedCase& named : kCases) {
        names.emplace_back(named.name);
    }
    app.add_option("CASE", options.cases, "What to measure; without any, everything")
        ->check(CLI::IsMember(names));
    app.add_flag("--json", options.json, "One JSON object per line and measurement");
    app.add_option("--save", options.save, "A file for the JSON lines, besides what is printed");
    app.add_option("--cpu", options.cpu, "Processor to stay on; the last one if not given")
        ->check(CLI::Range(0U, CPU_SETSIZE - 1U));
    app.add_option("--laps", options.laps, "Laps of 256 packets the median is taken of")
        ->check(CLI::Range(1U, 1'000'000U))
        ->capture_default_str();
    add_aead(app, options);
    add_list(app, "--prefixes", options.prefixes, "Lengths of the lists of case classify")
        ->check(CLI::Range(1U, 1'000'000U));
    app.add_option("--pushed", options.pushed_prefixes, "Length of the list of case push")
        ->check(CLI::Range(1U, 1'000'000U))
        ->capture_default_str();
}

}  // namespace

bool Bench::wants(std::string_view name) const {
    return options.cases.empty() ||
           std::find(options.cases.begin(), options.cases.end(), name) != options.cases.end();
}

std::vector<const crypto::AeadBackend*> Bench::of_ways() const {
    if (options.full || !options.backends.empty()) {
        return of_aead();
    }
    std::vector<const crypto::AeadBackend*> of_choices;
    for (const AeadChoice& choice : chosen) {
        if (choice.backend->available()) {
            of_choices.push_back(choice.backend);
        }
    }
    return of_choices;
}

std::vector<const crypto::AeadBackend*> Bench::of_aead() const {
    std::vector<const crypto::AeadBackend*> wanted = backends;
    if (!options.backends.empty()) {
        std::erase_if(wanted, [this](const crypto::AeadBackend* backend) {
            return std::ranges::find(options.backends, backend->name) == options.backends.end();
        });
    }
    return wanted;
}

std::vector<Payload> Options::payloads() const {
    std::vector<Payload> payloads;
    for (const std::string& text : sizes) {
        payloads.push_back(
            text == kImix ? Payload::imix() : Payload(static_cast<uint32_t>(std::stoul(text)))
        );
    }
    return payloads;
}

}  // namespace egret::bench

int main(int argc, char** argv) {
    CLI::App app("Cycles per packet of Egret's packet path, on one core", "egret-bench");
    egret::bench::Options options;
    egret::bench::add_options(app, options);
    const auto conditions = egret::bench::add_conditions(app, options);
    try {
        app.parse(argc, argv);
        options.names_conditions = std::ranges::any_of(conditions, [](const CLI::Option* option) {
            return option->count() > 0;
        });
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    if (const auto done = egret::bench::run(options); !done) {
        std::cerr << "egret-bench: " << done.error() << '\n';
        return 1;
    }
    return 0;
}
