// SPDX-License-Identifier: Apache-2.0
// The power goes at every step by which a push, a confirmation or a rollback changes the state directory. What is left, in
// three tellings of what a disk may have lost, must open as the state of before or of after, whole.
#include "control/config/read_file.hpp"
#include "control/daemon/state_directory.hpp"
#include "durable_steps.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include <CppUTest/CommandLineTestRunner.h>
#include <CppUTest/TestHarness.h>

using namespace egret::control;
using namespace egret::test;

namespace {

namespace fs = std::filesystem;

std::optional<std::string> content_of(const fs::path& path) {
    const auto text = read_file(path, 1'000'000);
    return text ? std::optional(*text) : std::nullopt;
}

void put(const fs::path& path, const std::optional<std::string>& content) {
    fs::remove(path);
    if (content) {
        // Not through what is being watched.
        FILE* file = std::fopen(path.c_str(), "w");
        std::fwrite(content->data(), 1, content->size(), file);
        std::fclose(file);
        chmod(path.c_str(), 0600);
    }
}

/// What a disk has been told and may not have written yet.
class Cache final : public DiskCache {
  public:
    void wrote(int file) override { unsynced_.push_back(path_of(file)); }

    void synced(int file) override {
        const std::string path = path_of(file);
        std::erase(unsynced_, path);
        std::erase_if(renames_, [&](const Rename& rename) {
            return fs::path(rename.to).parent_path() == path;
        });
    }

    void renamed(const char* from, const char* to) override {
        std::ranges::replace(unsynced_, std::string(from), std::string(to));
        renames_.push_back({from, to, content_of(from), content_of(to)});
    }

    /// Files that were written and not synced are empty in the copy.
    void lose_contents(const fs::path& original, const fs::path& copy) const {
        for (const std::string& path : unsynced_) {
            const fs::path there = copy / fs::relative(path, original);
            if (fs::exists(there)) {
                put(there, "");
            }
        }
    }

    /// Names that were changed and whose folder was not synced are the old ones in the copy.
    void lose_names(const fs::path& original, const fs::path& copy) const {
        for (auto rename = renames_.rbegin(); rename != renames_.rend(); ++rename) {
            put(copy / fs::relative(rename->to, original), rename->replaced);
            put(copy / fs::relative(rename->from, original), rename->moved);
        }
    }

  private:
    struct Rename {
        std::string from;
        std::string to;
        std::optional<std::string> moved;
        std::optional<std::string> replaced;
    };

    static std::string path_of(int file) {
        return fs::read_symlink(fmt::format("/proc/self/fd/{}", file));
    }

    std::vector<std::string> unsynced_;
    std::vector<Rename> renames_;
};

HistoryEntry entry(uint64_t generation, HistoryCause cause = HistoryCause::push) {
    HistoryEntry made;
    made.generation = generation;
    made.cause = cause;
    made.unix_ns = generation;
    return made;
}

std::string toml(uint64_t generation) {
    return std::string(2000, 'x') + fmt::format("\ngeneration = {}\n", generation);
}

/// All of a state that must fit together.
struct Whole {
    std::string running;
    History history;
    uint64_t highest = 0;

    friend bool operator==(const Whole&, const Whole&) = default;
};

struct PowerCutTests : Utest {
    PowerCutTests() {
        std::string pattern = (fs::temp_directory_path() / "egret-cut-XXXXXX").string();
        base = mkdtemp(pattern.data());
        fs::create_directory(base / "state");
        fs::permissions(base / "state", fs::perms::owner_all);
    }

    ~PowerCutTests() override {
        on_durable_step = nullptr;
        disk_cache = nullptr;
        fs::remove_all(base);
    }

    /// What opens there, and that it is of one piece.
    static Whole open(const fs::path& folder) {
        const auto state = StateDirectory::open(folder);
        CHECK_TEXT(state.has_value(), state ? "" : state.error().c_str());
        STRCMP_EQUAL("", state->problem().c_str());
        for (const HistoryEntry& known : state->history()) {
            CHECK_TRUE(state->toml_of(known.generation) == toml(known.generation));
        }
        return {content_of(state->running_path()).value_or(""), state->history(), state->highest()};
    }

    /// Looks at three copies of the state as it now is.
    void look(std::string_view step) {
        on_durable_step.swap(paused);
        disk_cache = nullptr;
        for (int loss = 0; loss < 3; ++loss) {
            const fs::path copy = base / "copy";
            fs::remove_all(copy);
            fs::copy(base / "state", copy, fs::copy_options::recursive);
            if (loss == 1) {
                cache.lose_contents(base / "state", copy);
            } else if (loss == 2) {
                cache.lose_names(base / "state", copy);
            }
            const Whole found = open(copy);
            const bool is_new = found == after;
            n_new += is_new ? 1 : 0;
            CHECK_TRUE_TEXT(
                is_new || found == before,
                fmt::format("{}, loss {}", step, loss).c_str()
            );
        }
        disk_cache = &cache;
        on_durable_step.swap(paused);
    }

    void accept(StateDirectory& state, uint64_t generation) {
        CHECK_TRUE(state.prepare(generation, toml(generation)).has_value());
        CHECK_TRUE(state.commit(entry(generation)).has_value());
    }

    /// Cuts the power at every step of `change`; afterwards nothing of it may be lost.
    void cut_everywhere(const std::function<void(StateDirectory& state)>& change, Whole result) {
        before = open(base / "state");
        after = std::move(result);
        auto state = StateDirectory::open(base / "state");
        disk_cache = &cache;
        on_durable_step = [this](std::string_view step) { look(step); };
        change(*state);
        on_durable_step = [](std::string_view) {};
        n_new = 0;
        look("when it is done");
        LONGS_EQUAL(3, n_new);
    }

    fs::path base;
    Cache cache;
    std::function<void(std::string_view)> paused = [](std::string_view) {};
    Whole before;
    Whole after;
    int n_new = 0;
};

}  // namespace

TEST_GROUP_BASE(PowerCuts, PowerCutTests){};

TEST(PowerCuts, TheFirstPush) {
    cut_everywhere([this](StateDirectory& state) { accept(state, 1); }, {toml(1), {entry(1)}, 1});
}

TEST(PowerCuts, ALaterPush) {
    {
        auto state = StateDirectory::open(base / "state");
        accept(*state, 1);
        accept(*state, 2);
    }
    cut_everywhere(
        [this](StateDirectory& state) { accept(state, 5); },
        {toml(5), {entry(1), entry(2), entry(5)}, 5}
    );
}

TEST(PowerCuts, APushThatEndsTheOldestOne) {
    History history;
    {
        auto state = StateDirectory::open(base / "state");
        for (uint64_t generation = 1; generation <= kMaxHistory; ++generation) {
            accept(*state, generation);
        }
        history = state->history();
    }
    history.erase(history.begin());
    history.push_back(entry(kMaxHistory + 1));
    cut_everywhere(
        [this](StateDirectory& state) { accept(state, kMaxHistory + 1); },
        {toml(kMaxHistory + 1), history, kMaxHistory + 1}
    );
}

TEST(PowerCuts, ARollback) {
    {
        auto state = StateDirectory::open(base / "state");
        accept(*state, 1);
        accept(*state, 2);
    }
    const HistoryEntry back = entry(1, HistoryCause::rollback);
    cut_everywhere(
        [&](StateDirectory& state) { CHECK_TRUE(state.commit(back).has_value()); },
        {toml(1), {entry(1), entry(2), back}, 2}
    );
}

TEST(PowerCuts, AConfirmation) {
    HistoryEntry provisional = entry(2);
    provisional.provisional = Provisional{"boot", 5, 60};
    {
        auto state = StateDirectory::open(base / "state");
        accept(*state, 1);
        CHECK_TRUE(state->prepare(2, toml(2)).has_value());
        CHECK_TRUE(state->commit(provisional).has_value());
    }
    HistoryEntry confirmed = provisional;
    confirmed.confirmed_unix_ns = 9;
    cut_everywhere(
        [](StateDirectory& state) { CHECK_TRUE(state.confirm(9).has_value()); },
        {toml(2), {entry(1), confirmed}, 2}
    );
}

TEST(PowerCuts, APushThatIsRefusedLate) {
    {
        auto state = StateDirectory::open(base / "state");
        accept(*state, 1);
    }
    cut_everywhere(
        [](StateDirectory& state) {
            CHECK_TRUE(state.prepare(2, toml(2)).has_value());
            state.discard(2);
        },
        {toml(1), {entry(1)}, 1}
    );
}

int main(int argc, char** argv) {
    return RUN_ALL_TESTS(argc, argv);
}
