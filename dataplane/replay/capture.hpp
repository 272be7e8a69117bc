// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <tl/expected.hpp>

struct pcap;
struct pcap_dumper;

namespace egret::replay {

/// One frame of a capture; `bytes` is valid until the next read.
struct Frame {
    uint64_t time_ns = 0;  ///< since 1970
    std::span<const uint8_t> bytes;
    uint32_t wire_size =
        0;  ///< bytes it had on the wire; more than `bytes` if the capture cut it short
};

/// Reads an Ethernet capture, pcap or pcapng, frame by frame; memory does not grow with the file.
class CaptureReader {
  public:
    /// Errors, one line each: no such file, not a capture, another link type than Ethernet.
    [[nodiscard]] static tl::expected<CaptureReader, std::string> open(const std::string& path);

    /// The next frame: true with `frame` set, false at the end. Error: the file is cut off or damaged.
    [[nodiscard]] tl::expected<bool, std::string> next(Frame& frame);

  private:
    struct Close {
        void operator()(pcap* capture) const noexcept;
    };

    using Handle = std::unique_ptr<pcap, Close>;

    CaptureReader(std::string path, Handle capture);

    std::string path_;
    Handle capture_;
};

/// Writes an Ethernet capture: classic pcap with nanosecond times.
class CaptureWriter {
  public:
    [[nodiscard]] static tl::expected<CaptureWriter, std::string> create(const std::string& path);

    void write(uint64_t time_ns, std::span<const uint8_t> frame);

    /// Flushes; an error if anything could not be written, a full disk for instance.
    [[nodiscard]] tl::expected<void, std::string> finish();

  private:
    struct CloseCapture {
        void operator()(pcap* capture) const noexcept;
    };

    struct CloseDump {
        void operator()(pcap_dumper* dump) const noexcept;
    };

    std::string path_;
    std::unique_ptr<pcap, CloseCapture> capture_;
    std::unique_ptr<pcap_dumper, CloseDump> dump_;
};

}  // namespace egret::replay
