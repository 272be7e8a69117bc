// SPDX-License-Identifier: Apache-2.0
// The operators' socket: lines in, lines out, bounded, one request at a time.
#include "control/daemon/operator_server.hpp"

#include "control/operator/protocol.hpp"
#include "control_fixture.hpp"
#include "line_client.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

struct OperatorServerTests : Utest {
    TempFolder folder;
    std::filesystem::path path = folder.path() / kOperatorSocket;
    std::unique_ptr<EventLoop> loop = EventLoop::make().value();
    Log log{[](const LogRecord&) {}, [] { return uint64_t{0}; }};
    std::vector<Reply> replies;  ///< to requests nobody has answered yet
    std::vector<OperatorRequest> requests;
    std::unique_ptr<OperatorServer> server =
        OperatorServer::listen(
            *loop,
            log,
            path,
            {
                .handle =
                    [this](OperatorRequest request, const Reply& reply) {
                        requests.push_back(std::move(request));
                        replies.push_back(reply);
                    },
                .right_of = [this](const UnixPeer&) { return right; },
                .turned_away =
                    [this](const UnixPeer& peer, const std::string& why) {
                        turned_away.push_back(std::to_string(peer.user) + ": " + why);
                    },
            }
        )
            .value();
    Right right = Right::root;  ///< of whoever connects
    std::vector<std::string> turned_away;

    /// Turns the loop until there are `n` requests.
    bool come(size_t n) {
        for (int i = 0; i < 100 && requests.size() < n; ++i) {
            loop->run_once(1);
        }
        return requests.size() == n;
    }
};

TEST_GROUP_BASE(OperatorServers, OperatorServerTests){};

TEST(OperatorServers, ARequestIsAnsweredByRecordsAndAnEnd) {
    LineClient client(*loop, path);
    client.send("{\"command\": \"x\", \"limit\": 3}\n");
    CHECK_TRUE(come(1));
    LONGS_EQUAL(3, requests[0].body["limit"].get<int>());
    UNSIGNED_LONGS_EQUAL(geteuid(), requests[0].peer.user);
    replies[0].record(Json{{"a", 1}});
    replies[0].done(Json{{"n", 2}});
    STRCMP_EQUAL(R"({"record":{"a":1}})", client.line().c_str());
    STRCMP_EQUAL(R"({"ok":true,"n":2})", client.line().c_str());
}

TEST(OperatorServers, NothingIsSaidAfterTheEnd) {
    LineClient client(*loop, path);
    client.send("{}\n");
    CHECK_TRUE(come(1));
    replies[0].refuse("no");
    replies[0].record(Json{{"a", 1}});
    replies[0].done();
    CHECK_FALSE(replies[0].is_awaited());
    STRCMP_EQUAL(R"({"ok":false,"message":"no"})", client.line().c_str());
    STRCMP_EQUAL("", client.line().c_str());
}

TEST(OperatorServers, AStreamIsSentAsItComes) {
    LineClient client(*loop, path);
    client.send("{\"command\":\"signins\",\"follow\":true}\n");
    CHECK_TRUE(come(1));
    for (const char* line : {"{\"record\":{\"n\":1}}", "{\"record\":{\"n\":2}}"}) {
        replies[0].record(Json::parse(line)["record"]);
        replies[0].send_now();
        STRCMP_EQUAL(line, client.line().c_str());
    }
    CHECK_TRUE(replies[0].is_awaited());
}

TEST(OperatorServers, TheNextRequestWaitsForTheAnswer) {
    LineClient client(*loop, path);
    client.send("{\"n\": 1}\n{\"n\": 2}\n");
    CHECK_TRUE(come(1));
    replies[0].done();
    CHECK_TRUE(come(2));
    LONGS_EQUAL(2, requests[1].body["n"].get<int>());
    // The first one's answer is over.
    replies[0].record(Json{{"late", true}});
    replies[1].done(Json{{"n", 2}});
    STRCMP_EQUAL(R"({"ok":true})", client.line().c_str());
    STRCMP_EQUAL(R"({"ok":true,"n":2})", client.line().c_str());
}

TEST(OperatorServers, WhatIsNoObjectIsRefusedInOneLine) {
    LineClient client(*loop, path);
    for (const char* line : {"\n", "hello\n", "[1]\n", "3\n", "{\"a\":\n", "\xff\xfe\n"}) {
        client.send(line);
        STRCMP_EQUAL(
            R"({"ok":false,"message":"a request is one line with a JSON object"})",
            client.line().c_str()
        );
    }
    LONGS_EQUAL(0, requests.size());
}

TEST(OperatorServers, ARequestWithoutEndIsCutOff) {
    LineClient client(*loop, path);
    for (size_t sent = 0; sent <= kMaxRequestBytes + 100'000; sent += 100'000) {
        client.send(std::string(100'000, 'x'));
    }
    STRCMP_CONTAINS("a request is longer than", client.line().c_str());
    CHECK_TRUE(client.is_closed());
}

TEST(OperatorServers, AnOperatorWhoIsGoneIsNoError) {
    {
        LineClient client(*loop, path);
        client.send("{}\n");
        CHECK_TRUE(come(1));
    }
    loop->run_once(1);
    loop->run_once(1);
    CHECK_FALSE(replies[0].is_awaited());
    replies[0].record(Json{{"a", 1}});
    replies[0].done();
}

TEST(OperatorServers, WhoShutsHisHalfIsStillAnswered) {
    LineClient client(*loop, path);
    client.send("{}\n");
    client.shut();
    CHECK_TRUE(come(1));
    loop->run_once(1);
    replies[0].done();
    STRCMP_EQUAL(R"({"ok":true})", client.line().c_str());
    CHECK_TRUE(client.is_closed());
}

TEST(OperatorServers, AnswersWaitForASlowReaderButNotForEver) {
    LineClient client(*loop, path);
    client.send("{}\n");
    CHECK_TRUE(come(1));
    const Json record{{"text", std::string(1'000'000, 'x')}};
    for (size_t sent = 0; sent < OperatorConnection::kMaxWaitingBytes / 2; sent += 1'000'000) {
        replies[0].record(record);
    }
    CHECK_TRUE(replies[0].is_awaited());
    for (size_t sent = 0; sent < OperatorConnection::kMaxWaitingBytes; sent += 1'000'000) {
        replies[0].record(record);
    }
    CHECK_FALSE(replies[0].is_awaited());
}

TEST(OperatorServers, OneTooManyIsTurnedAway) {
    std::vector<std::unique_ptr<LineClient>> clients;
    for (size_t i = 0; i < OperatorServer::kMaxConnections; ++i) {
        clients.push_back(std::make_unique<LineClient>(*loop, path));
        loop->run_once(1);
    }
    LineClient late(*loop, path);
    STRCMP_EQUAL(
        R"({"ok":false,"message":"too many operators are connected already"})",
        late.line().c_str()
    );
    CHECK_TRUE(late.is_closed());
}

TEST(OperatorServers, TheSocketIsOpenToOwnerAndGroupAlone) {
    struct stat status {};

    LONGS_EQUAL(0, stat(path.c_str(), &status));
    LONGS_EQUAL(0660, status.st_mode & 0777);
}

TEST(OperatorServers, ASocketSomebodyListensAtIsNotTaken) {
    const auto second = OperatorServer::listen(*loop, log, path, {});
    STRCMP_CONTAINS("another process listens there", second.error().c_str());
    server.reset();
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST(OperatorServers, ASocketNobodyListensAtIsReplaced) {
    server.reset();
    const int left = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.native().copy(address.sun_path, path.native().size());
    LONGS_EQUAL(0, bind(left, reinterpret_cast<const sockaddr*>(&address), sizeof(address)));
    close(left);
    CHECK_TRUE(OperatorServer::listen(*loop, log, path, {}).has_value());
}

TEST(OperatorServers, WhoMayDoNothingIsToldSoAndTurnedAway) {
    right = Right::none;
    LineClient client(*loop, path);
    STRCMP_CONTAINS("may not operate this node", client.line().c_str());
    CHECK_TRUE(client.is_closed());
    LONGS_EQUAL(1, turned_away.size());
    STRCMP_CONTAINS("the groups of [control] may", turned_away.front().c_str());
    LONGS_EQUAL(0, requests.size());
}

TEST(OperatorServers, AConnectionKnowsItsProcessAndGroups) {
    LineClient client(*loop, path);
    client.send("{}\n");
    CHECK_TRUE(come(1));
    LONGS_EQUAL(getpid(), requests[0].peer.process);
    CHECK_TRUE(requests[0].peer.groups.size() >= 1);
    UNSIGNED_LONGS_EQUAL(getegid(), requests[0].peer.groups.front());
}

TEST(OperatorServers, OthersConnectOnlyWhereAGroupHasARole) {
    struct stat status {};

    server->let_others_connect(true);
    LONGS_EQUAL(0, stat(path.c_str(), &status));
    LONGS_EQUAL(0666, status.st_mode & 0777);
    server->let_others_connect(false);
    LONGS_EQUAL(0, stat(path.c_str(), &status));
    LONGS_EQUAL(0660, status.st_mode & 0777);
}

TEST(OperatorServers, TheEndOfAnAnswerIsToldOnce) {
    LineClient client(*loop, path);
    client.send("{}\n");
    CHECK_TRUE(come(1));
    std::vector<std::string> ends;
    {
        const Reply reply =
            replies[0].with_end([&](const Json& last) { ends.push_back(last.dump()); });
        reply.done(Json{{"n", 1}});
        reply.refuse("too late");
    }
    LONGS_EQUAL(1, ends.size());
    STRCMP_EQUAL(R"({"ok":true,"n":1})", ends[0].c_str());
}

TEST(OperatorServers, AnAnswerNobodyFinishesHasAnEndToo) {
    LineClient client(*loop, path);
    client.send("{}\n");
    CHECK_TRUE(come(1));
    std::vector<std::string> ends;
    {
        const Reply reply =
            replies[0].with_end([&](const Json& last) { ends.push_back(last.dump()); });
        const Reply copy = reply;  // NOLINT(performance-unnecessary-copy-initialization)
        copy.record(Json{{"a", 1}});
    }
    LONGS_EQUAL(1, ends.size());
    STRCMP_EQUAL("null", ends[0].c_str());
}
