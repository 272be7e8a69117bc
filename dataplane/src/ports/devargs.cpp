// SPDX-License-Identifier: Apache-2.0
#include "ports/devargs.hpp"

namespace egret {

std::string_view device_of(std::string_view devargs) noexcept {
    return devargs.substr(0, devargs.find(','));
}

std::string_view argument_of(std::string_view devargs, std::string_view key) noexcept {
    while (!devargs.empty()) {
        const std::string_view next = device_of(devargs);
        if (next.starts_with(key) && next.substr(key.size()).starts_with('=')) {
            return next.substr(key.size() + 1);
        }
        devargs.remove_prefix(next.size() < devargs.size() ? next.size() + 1 : devargs.size());
    }
    return {};
}

}  // namespace egret
