// SPDX-License-Identifier: Apache-2.0
#include "capture.hpp"

#include <pcap/pcap.h>

#include <array>
#include <cstdio>
#include <utility>

namespace egret::replay {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;
constexpr int kSnapshotLength = 262'144;  // what tcpdump writes: everything

}  // namespace

void CaptureReader::Close::operator()(pcap* capture) const noexcept {
    pcap_close(capture);
}

void CaptureWriter::CloseCapture::operator()(pcap* capture) const noexcept {
    pcap_close(capture);
}

void CaptureWriter::CloseDump::operator()(pcap_dumper* dump) const noexcept {
    pcap_dump_close(dump);
}

CaptureReader::CaptureReader(std::string path, Handle capture)
    : path_(std::move(path)),
      capture_(std::move(capture)) {}

tl::expected<CaptureReader, std::string> CaptureReader::open(const std::string& path) {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    Handle capture(pcap_open_offline_with_tstamp_precision(
        path.c_str(),
        PCAP_TSTAMP_PRECISION_NANO,
        error.data()
    ));
    if (capture == nullptr) {
        const std::string text = error.data();
        const bool named = text.starts_with(path);
        return tl::unexpected(named ? text : path + ": " + text);
    }
    if (const int type = pcap_datalink(capture.get()); type != DLT_EN10MB) {
        const char* name = pcap_datalink_val_to_name(type);
        const std::string shown = name != nullptr ? name : std::to_string(type);
        return tl::unexpected(
            path + ": link type " + shown + ": only Ethernet captures can be replayed"
        );
    }
    return CaptureReader(path, std::move(capture));
}

tl::expected<bool, std::string> CaptureReader::next(Frame& frame) {
    pcap_pkthdr* header = nullptr;
    const u_char* bytes = nullptr;
    const int status = pcap_next_ex(capture_.get(), &header, &bytes);
    if (status == PCAP_ERROR_BREAK) {
        return false;
    }
    if (status != 1) {
        return tl::unexpected(path_ + ": " + pcap_geterr(capture_.get()));
    }
    // With nanosecond precision asked for, the field called tv_usec holds nanoseconds.
    frame.time_ns = static_cast<uint64_t>(header->ts.tv_sec) * kSecond +
                    static_cast<uint64_t>(header->ts.tv_usec) % kSecond;
    frame.bytes = {bytes, header->caplen};
    frame.wire_size = header->len;
    return true;
}

tl::expected<CaptureWriter, std::string> CaptureWriter::create(const std::string& path) {
    CaptureWriter writer;
    writer.path_ = path;
    writer.capture_.reset(pcap_open_dead_with_tstamp_precision(
        DLT_EN10MB,
        kSnapshotLength,
        PCAP_TSTAMP_PRECISION_NANO
    ));
    if (writer.capture_ == nullptr) {
        return tl::unexpected(path + ": no memory");
    }
    writer.dump_.reset(pcap_dump_open(writer.capture_.get(), path.c_str()));
    if (writer.dump_ == nullptr) {
        return tl::unexpected(std::string(pcap_geterr(writer.capture_.get())));
    }
    return writer;
}

void CaptureWriter::write(uint64_t time_ns, std::span<const uint8_t> frame) {
    pcap_pkthdr header{};
    header.ts.tv_sec = static_cast<time_t>(time_ns / kSecond);
    header.ts.tv_usec = static_cast<suseconds_t>(time_ns % kSecond);
    header.caplen = header.len = static_cast<bpf_u_int32>(frame.size());
    pcap_dump(reinterpret_cast<u_char*>(dump_.get()), &header, frame.data());
}

tl::expected<void, std::string> CaptureWriter::finish() {
    if (pcap_dump_flush(dump_.get()) != 0 || std::ferror(pcap_dump_file(dump_.get())) != 0) {
        return tl::unexpected(path_ + ": could not be written");
    }
    return {};
}

}  // namespace egret::replay
