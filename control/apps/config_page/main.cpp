// SPDX-License-Identifier: Apache-2.0
// Prints control/CONFIG.md.
#include "control/config/config_page.hpp"

#include <iostream>

int main() {
    std::cout << egret::control::config_page();
    return 0;
}
