// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet_builder.hpp"
#include "ports/port.hpp"

#include <memory>
#include <optional>
#include <string>

namespace egret::test {

/// Returns when the link of a memif device is up, or down, and DPDK's interrupt thread is done with the device: memif hears
/// of its other end there.
void wait_for_link(const Port& port, bool up);

/// A wire between a port of a dataplane in this process and the test: a pair of memif devices.
class Wire {
  public:
    /// `name` is that of the port; the folder takes the sockets. The dataplane's end must be open before `plug`.
    Wire(const std::string& folder, std::string name);

    /// What the dataplane's end is opened with.
    [[nodiscard]] PortOption near_end() const;

    /// Connects the test's end, and waits until the link is up.
    void plug();

    /// The link goes down.
    void unplug() { far_.reset(); }

    void send(const Bytes& frame);

    /// The next frame that comes out of the dataplane; nothing if none does within `timeout_ms`.
    [[nodiscard]] std::optional<Bytes> receive(unsigned timeout_ms = 5000);

    /// True if nothing comes out for a while that is long against what a frame needs.
    [[nodiscard]] bool is_quiet();

  private:
    std::string server_;  ///< socket
    std::string client_;  ///< the same under another name: memif wants one role a name and process
    std::string name_;
    unsigned number_;  ///< of this wire among all there ever were, to name its devices
    std::unique_ptr<Port> far_;
};

}  // namespace egret::test
