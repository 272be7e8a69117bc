// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/daemon_command.hpp"
#include "control/config/config_diff.hpp"
#include "control/config/config_toml.hpp"
#include "control/config/prescan.hpp"
#include "control/config/read_file.hpp"

#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>
#include <optional>
#include <ostream>

namespace egret::control {
namespace {

struct Options : DaemonCommand {
    std::string from;
    std::string to;
};

bool is_generation(const std::string& text) {
    return text.find_first_not_of("0123456789") == std::string::npos;
}

struct Document {
    std::string name;  ///< "generation 17" or the file
    Value tree;
};

tl::expected<Document, std::string> parse(const std::string& name, const std::string& toml) {
    Findings findings(name);
    auto tree = parse_toml(toml, findings);
    if (!tree) {
        return tl::unexpected(to_text(findings.all().front()));
    }
    return Document{name, std::move(*tree)};
}

/// A generation egretd keeps.
tl::expected<Document, std::string> ask_for(OperatorClient& client, Json request) {
    request["command"] = "generation";
    const auto records = ask(client, request);
    if (!records) {
        return tl::unexpected(records.error());
    }
    const Json& record = records->at(0);
    return parse(
        "generation " + member(record, "generation").dump(),
        record.value("toml", std::string())
    );
}

tl::expected<Document, std::string> load(OperatorClient& client, const std::string& what) {
    if (is_generation(what)) {
        uint64_t number = 0;
        std::from_chars(what.data(), what.data() + what.size(), number);
        return ask_for(client, Json{{"generation", number}});
    }
    const auto toml = read_file(what, kMaxConfigBytes);
    return toml ? parse(what, *toml) : tl::unexpected(what + ": " + toml.error());
}

struct Pair {
    Document before;
    Document after;
};

/// Which two are meant: what the last change did, what came since a generation, what a file would change, or both as named.
tl::expected<Pair, std::string> load_both(OperatorClient& client, const Options& options) {
    const Json running = Json::object();
    const bool is_file_alone =
        options.to.empty() && !options.from.empty() && !is_generation(options.from);
    auto before = options.from.empty() ? ask_for(client, Json{{"before", true}})
                  : is_file_alone      ? ask_for(client, running)
                                       : load(client, options.from);
    if (!before) {
        return tl::unexpected(before.error());
    }
    auto after = is_file_alone        ? load(client, options.from)
                 : options.to.empty() ? ask_for(client, running)
                                      : load(client, options.to);
    if (!after) {
        return tl::unexpected(after.error());
    }
    return Pair{std::move(*before), std::move(*after)};
}

Json change_json(const ConfigChange& change) {
    Json keys = Json::array();
    for (const KeyChange& key : change.keys) {
        keys.push_back(Json{
            {"key", key.key},
            {"before", key.was_set ? Json(key.before) : Json(nullptr)},
            {"after", key.is_set ? Json(key.after) : Json(nullptr)},
            {"added", key.is_list ? Json(key.added) : Json(nullptr)},
            {"removed", key.is_list ? Json(key.removed) : Json(nullptr)},
        });
    }
    return Json{
        {"section", text_json(change.section)},
        {"name", text_json(change.name)},
        {"site", text_json(change.site)},
        {"change", name_of(change.change)},
        {"keys", keys},
    };
}

tl::expected<void, std::string>
look(const Options& options, OperatorClient& client, std::ostream& out) {
    const auto both = load_both(client, options);
    if (!both) {
        return tl::unexpected(both.error());
    }
    Records records;
    for (const ConfigChange& change : diff_configs(both->before.tree, both->after.tree)) {
        records.push_back(change_json(change));
    }
    if (!options.json) {
        out << both->before.name << " -> " << both->after.name << '\n' << diff_view(records);
    }
    for (size_t i = 0; options.json && i < records.size(); ++i) {
        out << line_of(records[i]) << '\n';
    }
    return {};
}

}  // namespace

void add_diff(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command = app.add_subcommand(
        "diff",
        "What is different, in rules, sites, peers, lists, locations and policies"
    );
    auto options = std::make_shared<Options>();
    command->add_option(
        "A",
        options->from,
        "A generation, until the running one; or a file, from the running one; by default what "
        "the last change did"
    );
    command->add_option("B", options->to, "From A to this generation or file instead");
    add_run_directory(*command, *options);
    command->add_flag("--json", options->json, "JSON on stdout, one object a line");
    command->callback([options, &streams, &result] {
        result = show(*options, streams, [&](OperatorClient& client, std::ostream& out) {
            return look(*options, client, out);
        });
    });
}

}  // namespace egret::control
