// SPDX-License-Identifier: Apache-2.0
#include "ports/drivers.hpp"

#include "ports/devargs.hpp"
#include "temporary_folder.hpp"

#include <egret/api/channel.hpp>

#include <cerrno>
#include <filesystem>
#include <string>

#include <CppUTest/TestHarness.h>

using namespace egret;

TEST_GROUP(Drivers)
{};

TEST(Drivers, DeviceArgumentsAreTakenApart) {
    CHECK(device_of("net_memif0,role=server") == "net_memif0");
    CHECK(device_of("0000:03:00.0") == "0000:03:00.0");
    CHECK(argument_of("net_memif0,role=server,id=7", "role") == "server");
    CHECK(argument_of("net_memif0,role=server,id=7", "id") == "7");
    CHECK(argument_of("net_memif0,role=server,id=7", "i").empty());
    CHECK(argument_of("net_memif0,id=,role=", "id").empty());
    CHECK(argument_of("net_memif0", "role").empty());
    CHECK(argument_of("", "role").empty());
    CHECK(argument_of(",,", "role").empty());
}

TEST(Drivers, OnlyAMemifClientConnectsOnce) {
    CHECK_TRUE(connects_once("net_memif0"));  // a client unless it is said otherwise
    CHECK_TRUE(connects_once("net_memif0,role=client"));
    CHECK_FALSE(connects_once("net_memif0,role=server"));
    CHECK_FALSE(connects_once("net_tap0"));
}

TEST(Drivers, SegmentsAreMergedBelowPacketSocketsOnly) {
    CHECK_TRUE(reads_an_interface("net_af_packet0,iface=eth0"));
    CHECK_TRUE(reads_an_interface("net_af_xdp0,iface=eth0"));
    CHECK_FALSE(reads_an_interface("net_tap0,iface=tap0"));
    CHECK_FALSE(reads_an_interface("0000:03:00.0"));
}

TEST(Drivers, OnATapTheNodeHasAnAddressOfItsOwn) {
    const MacAddress mac{0x00, 1, 2, 3, 4, 5};
    CHECK(own_mac("net_af_packet0,iface=eth0", mac) == mac);
    CHECK(own_mac("net_tap0", mac) == (MacAddress{0x02, 1, 2, 3, 4, 4}));
}

TEST(Drivers, ASocketIsRemovedOnlyWhereNobodyListens) {
    const test::TemporaryFolder folder;
    const std::string path = folder.path() + "/memif.sock";
    const std::string client = "net_memif0,role=client,socket-abstract=no,socket=" + path;
    const std::string server = "net_memif0,role=server,socket-abstract=no,socket=" + path;
    {
        const auto listener = api::ChannelListener::listen(path).value();
        clear_the_way(server);
        CHECK_TRUE(std::filesystem::exists(path));
    }
    clear_the_way(client);
    CHECK_TRUE(std::filesystem::exists(path));
    clear_the_way("net_memif0,role=server,socket=" + path);  // another name space
    CHECK_TRUE(std::filesystem::exists(path));
    clear_the_way(server);
    CHECK_FALSE(std::filesystem::exists(path));
    clear_the_way(server);
}

TEST(Drivers, AnErrorIsPutIntoWords) {
    CHECK(why_not_attached("net_nothing0", -EFAULT) == "DPDK knows no such device");
    CHECK(
        why_not_attached("net_af_xdp0,iface=egret-none", -1) == "there is no interface egret-none"
    );
    CHECK(why_not_attached("net_af_xdp0,iface=lo", -EBUSY) == "Device or resource busy");
    CHECK(why_not_attached("net_tap0,iface=egret-none", -EPERM) == "Operation not permitted");
}
