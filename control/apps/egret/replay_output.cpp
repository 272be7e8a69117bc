// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/replay_output.hpp"

#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace egret::control {
namespace fs = std::filesystem;

namespace {

std::string_view name_of(replay::Difference::Kind kind) noexcept {
    switch (kind) {
        case replay::Difference::Kind::different:
            return "different";
        case replay::Difference::Kind::missing:
            return "missing";
        case replay::Difference::Kind::withheld:
            return "withheld";
    }
    return "";
}

}  // namespace

tl::expected<LineFile, std::string> LineFile::create(const fs::path& path) {
    LineFile file;
    file.path_ = path;
    file.stream_.open(path, std::ios::binary | std::ios::trunc);
    if (!file.stream_) {
        return tl::unexpected(path.string() + ": cannot be written");
    }
    return file;
}

tl::expected<void, std::string> LineFile::finish() {
    stream_.flush();
    if (!stream_) {
        return tl::unexpected(path_.string() + ": could not be written completely");
    }
    return {};
}

OutputFolder::OutputFolder(fs::path folder, fs::path beside)
    : folder_(std::move(folder)),
      beside_(std::move(beside)) {}

OutputFolder::OutputFolder(OutputFolder&& other) noexcept
    : folder_(std::move(other.folder_)),
      beside_(std::exchange(other.beside_, {})) {}

OutputFolder::~OutputFolder() {
    if (!beside_.empty()) {
        std::error_code ignored;
        fs::remove_all(beside_, ignored);
    }
}

tl::expected<OutputFolder, std::string> OutputFolder::prepare(const fs::path& folder) {
    std::error_code error;
    const fs::path whole = fs::absolute(folder).lexically_normal();
    const fs::path named = whole.has_filename() ? whole : whole.parent_path();
    fs::path beside =
        named.parent_path() / ("." + named.filename().string() + "." + std::to_string(getpid()));
    if (fs::exists(named, error) && !fs::is_directory(named, error)) {
        return tl::unexpected(folder.string() + ": is not a folder");
    }
    fs::create_directories(beside, error);
    if (error) {
        return tl::unexpected(folder.string() + ": cannot be made: " + error.message());
    }
    return OutputFolder(named, std::move(beside));
}

tl::expected<void, std::string> OutputFolder::commit() {
    std::error_code error;
    fs::create_directories(folder_, error);
    for (const fs::directory_entry& entry : fs::directory_iterator(beside_, error)) {
        fs::rename(entry.path(), folder_ / entry.path().filename(), error);
        if (error) {
            break;
        }
    }
    if (error) {
        return tl::unexpected(folder_.string() + ": " + error.message());
    }
    return {};
}

Json difference_json(const replay::Difference& difference) {
    const FlowKey& key = difference.key;
    const bool has_flow = key.family != api::Family::none;
    Json record;
    record["frame"] = difference.frame;
    record["time"] = time_text(difference.time_ns);
    record["difference"] = name_of(difference.kind);
    record["first_byte"] = difference.first_byte ? Json(*difference.first_byte) : Json(nullptr);
    record["reason"] = difference.reason ? Json(api::name_of(*difference.reason)) : Json(nullptr);
    record["note"] = text_json(difference.note);
    record["vlan"] = has_flow && key.zone != 0 ? Json(key.zone) : Json(nullptr);
    record["protocol"] = has_flow ? protocol_json(key.protocol) : Json(nullptr);
    record["source"] = address_json(key.destination_address());
    record["source_port"] = has_flow ? Json(key.destination_port) : Json(nullptr);
    record["destination"] = address_json(key.source_address());
    record["destination_port"] = has_flow ? Json(key.source_port) : Json(nullptr);
    return record;
}

Json report_json(const ReplayTotals& totals, const replay::Counts& counts) {
    Json report;
    report["seed"] = totals.seed;
    report["frames_in"] = counts.frames_in;
    report["frames_client"] = counts.frames_client;
    report["frames_server"] = counts.frames_server;
    report["frames_local"] = counts.frames_local;
    report["flows"] = totals.flows;
    report["flows_tunnel"] = totals.flows_tunnel;
    report["flows_direct"] = totals.flows_direct;
    report["flows_drop"] = totals.flows_drop;
    Json drops = Json::object();
    for (size_t i = 0; i < api::kDropReasons; ++i) {
        drops[std::string(api::kDropReasonTexts[i].name)] = counts.drops[i];
    }
    report["drops"] = std::move(drops);
    report["sign_ins"] = totals.sign_ins;
    report["lan_frames_equal"] = counts.lan_frames_equal;
    report["lan_frames_different"] = counts.lan_frames_different;
    report["lan_frames_missing"] = counts.lan_frames_missing;
    report["lan_frames_withheld"] = counts.lan_frames_withheld;
    report["over_mtu"] = counts.over_mtu;
    report["capture_too_large"] = counts.capture_too_large;
    report["capture_truncated"] = counts.capture_truncated;
    report["checksums_wrong_in"] = counts.checksums_wrong_in;
    return report;
}

}  // namespace egret::control
