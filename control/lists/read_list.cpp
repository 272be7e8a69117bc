// SPDX-License-Identifier: Apache-2.0
#include "control/lists/read_list.hpp"

#include "control/lists/auth0.hpp"
#include "control/lists/aws.hpp"
#include "control/lists/azure_tags.hpp"
#include "control/lists/csv_list.hpp"
#include "control/lists/google.hpp"
#include "control/lists/list_builder.hpp"
#include "control/lists/list_guard.hpp"
#include "control/lists/list_report.hpp"
#include "control/lists/m365.hpp"
#include "control/lists/okta.hpp"
#include "control/lists/text_list.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

struct Reader {
    ListFormat format;
    bool (*read)(const std::string& text, ListReport& report, ListBuilder& builder);
};

constexpr Reader kReaders[] = {
    {ListFormat::m365, read_m365},
    {ListFormat::azure_tags, read_azure_tags},
    {ListFormat::okta, read_okta},
    {ListFormat::auth0, read_auth0},
    {ListFormat::google, read_google},
    {ListFormat::aws, read_aws},
    {ListFormat::text, read_text_list},
    {ListFormat::csv, read_csv_list},
};

void remark_on_host_bits(const ListBuilder& builder, ListReport& report) {
    const size_t others = builder.n_host_bits() - 1;
    report.note(fmt::format(
        "\"{}\"{} has host bits set, which are cleared",
        builder.first_host_bits(),
        others == 0 ? std::string() : fmt::format(" (and {} more)", others)
    ));
}

}  // namespace

std::optional<List>
read_list(const ListSection& section, const std::string& text, Findings& findings) {
    ListReport report(section, findings);
    ListBuilder builder(*section.name);
    const auto* reader = std::ranges::find(kReaders, *section.format, &Reader::format);
    if (reader == std::end(kReaders) || !reader->read(text, report, builder)) {
        return std::nullopt;
    }
    if (builder.n_host_bits() != 0) {
        remark_on_host_bits(builder, report);
    }
    if (builder.list().prefixes.empty() && builder.list().domains.empty()) {
        report.error("gives neither prefixes nor domains");
        return std::nullopt;
    }
    if (const std::string complaint = guard_complaint(builder.list()); !complaint.empty()) {
        report.error(complaint);
        return std::nullopt;
    }
    return builder.take();
}

tl::expected<List, std::string> read_list(const ListSection& section, const std::string& text) {
    Findings findings("");
    auto list = read_list(section, text, findings);
    if (list) {
        return std::move(*list);
    }
    const auto& all = findings.all();
    const auto error = std::ranges::find(all, Severity::error, &Finding::severity);
    if (error == all.end()) {
        return tl::unexpected(std::string("cannot be read"));
    }
    const std::string path = *section.source + ": ";
    return tl::unexpected(error->message.substr(error->message.starts_with(path) ? path.size() : 0)
    );
}

}  // namespace egret::control
