// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include <egret/aead_choice.hpp>

#include <rte_cycles.h>

#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <unistd.h>
#include <utility>

namespace egret::bench {
namespace {

using Json = nlohmann::ordered_json;

template <class Value>
Json json_of(const std::optional<Value>& value) {
    return value ? Json(*value) : Json(nullptr);
}

/// A tenth of a cycle is far below the noise.
double rounded(double value) {
    return static_cast<double>(static_cast<int64_t>(value * 10 + 0.5)) / 10;
}

std::string line_of(const Measurement& m) {
    Json line;
    line["case"] = m.name;
    line["suite"] = m.suite ? Json(name_of(*m.suite)) : Json(nullptr);
    line["backend"] = json_of(m.backend);
    line["size"] = json_of(m.size);
    line["flows"] = json_of(m.flows);
    line["outer"] = json_of(m.outer);
    line["cycles_per_packet"] = rounded(m.cycles);
    line["packets_per_second"] = static_cast<uint64_t>(per_second(m.cycles));
    line["raw_aead_cycles"] = m.raw_aead ? Json(rounded(*m.raw_aead)) : Json(nullptr);
    line["least_cycles"] = rounded(m.least);
    line["mix"] = m.mixed ? Json("imix") : Json(nullptr);
    line["cache"] = m.cold ? "cold" : "warm";
    return line.dump();
}

/// What one table is about: everything but case and size.
std::string title_of(const Measurement& m) {
    std::string title;
    const auto add = [&title](std::string_view part) {
        title += fmt::format("{}{}", title.empty() ? "" : ", ", part);
    };
    if (m.suite) {
        add(name_of(*m.suite));
    }
    if (m.backend) {
        add(*m.backend);
    }
    if (m.outer) {
        add(fmt::format("IPv{} outer", *m.outer));
    }
    if (m.flows) {
        add(fmt::format("{} flows", *m.flows));
    }
    if (m.cold) {
        add("cold caches");
    }
    return title.empty() ? "control" : title;
}

/// The different values of `of` in the order they come.
template <class Of>
auto distinct(const std::vector<const Measurement*>& rows, Of&& of) {
    std::vector<std::decay_t<decltype(of(*rows.front()))>> values;
    for (const Measurement* row : rows) {
        if (std::find(values.begin(), values.end(), of(*row)) == values.end()) {
            values.push_back(of(*row));
        }
    }
    return values;
}

std::string rate_text(double rate) {
    return rate >= 1e5 ? fmt::format("{:.3f} M/s", rate / 1e6) : fmt::format("{:.0f} /s", rate);
}

/// What a column of a table is about.
struct Column {
    std::optional<uint32_t> size;
    bool mixed = false;

    bool operator==(const Column&) const = default;

    [[nodiscard]] std::string title() const {
        return mixed ? "IMIX" : size ? std::to_string(*size) : "";
    }
};

Column column_of(const Measurement& m) {
    return {m.size, m.mixed};
}

constexpr std::string_view kCell = "{:>11} {:>8} {:>6}";

void print_row(
    const std::string& name,
    const std::vector<const Measurement*>& rows,
    const std::vector<Column>& columns
) {
    std::string cycles;
    std::string rates;
    for (const Column& column : columns) {
        const auto found = std::find_if(rows.begin(), rows.end(), [&](const Measurement* m) {
            return m->name == name && column_of(*m) == column;
        });
        if (found == rows.end()) {
            cycles += fmt::format(fmt::runtime(kCell), "", "", "");
            rates += fmt::format(fmt::runtime(kCell), "", "", "");
            continue;
        }
        const Measurement& m = **found;
        const bool beyond = is_whole_way(m) && m.raw_aead;
        cycles += fmt::format(
            fmt::runtime(kCell),
            fmt::format("{:.0f}", m.cycles),
            fmt::format("{:.0f}", m.least),
            beyond ? fmt::format("{:+.0f}", m.cycles - *m.raw_aead) : ""
        );
        rates += fmt::format(fmt::runtime(kCell), rate_text(per_second(m.cycles)), "", "");
    }
    std::cout << fmt::format("{:<31}{}\n", name, cycles);
    if (!name.starts_with("stages/")) {
        std::cout << fmt::format("{:<31}{}\n", "", rates);
    }
}

void print_table(const std::string& title, const std::vector<const Measurement*>& rows) {
    const auto columns = distinct(rows, column_of);
    std::cout << fmt::format("\n{}\n{:<31}", title, "size");
    for (const Column& column : columns) {
        std::cout << fmt::format("{:>11} {:>8} {:>6}", column.title(), "least", "beyond");
    }
    std::cout << '\n';
    for (const std::string& name : distinct(rows, [](const Measurement& m) { return m.name; })) {
        print_row(name, rows, columns);
    }
}

}  // namespace

bool is_whole_way(const Measurement& measurement) noexcept {
    const std::string& name = measurement.name;
    return name.ends_with("/sum") || name.starts_with("outbound") || name.starts_with("inbound");
}

double per_second(double cycles) noexcept {
    return cycles > 0 ? static_cast<double>(rte_get_tsc_hz()) / cycles : 0;
}

void Report::add(Measurement measurement) {
    if (json_) {
        std::cout << line_of(measurement) << std::endl;
    }
    if (saves_) {
        save_ << line_of(measurement) << '\n';
    }
    all_.push_back(std::move(measurement));
}

void Report::progress(std::string_view what) const {
    if (isatty(STDERR_FILENO) != 0) {
        std::cerr << fmt::format("\r\033[K{}", what) << std::flush;
    }
}

void Report::finish() const {
    progress("");
    if (json_ || all_.empty()) {
        return;
    }
    std::cout << fmt::format(
        "Cycles of the time stamp counter ({:.3f} GHz) per packet on one core, by size: median of "
        "the laps, their least,\n"
        "and what a whole way takes beyond the raw AEAD of the same laps.\n",
        static_cast<double>(rte_get_tsc_hz()) / 1e9
    );
    std::vector<const Measurement*> rows;
    for (const Measurement& m : all_) {
        rows.push_back(&m);
    }
    for (const std::string& title : distinct(rows, title_of)) {
        std::vector<const Measurement*> of_title;
        std::copy_if(
            rows.begin(),
            rows.end(),
            std::back_inserter(of_title),
            [&](const Measurement* m) { return title_of(*m) == title; }
        );
        print_table(title, of_title);
    }
}

}  // namespace egret::bench
