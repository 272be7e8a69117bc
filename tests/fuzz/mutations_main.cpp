// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

// Stands in for libFuzzer where the compiler has none: runs the function under test over every seed of a folder and over
// mutations of them. The generator is seeded by a constant, so a failure comes back on the next run.

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

using Bytes = std::vector<uint8_t>;

constexpr int kMutationsPerSeed = 2000;
constexpr int kMaxStepsPerMutation = 8;

std::vector<Bytes> read_seeds(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        paths.push_back(entry.path());
    }
    // A folder has no order of its own.
    std::ranges::sort(paths);
    std::vector<Bytes> seeds;
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return seeds;
}

class Mutator {
  public:
    explicit Mutator(const std::vector<Bytes>& seeds)
        : seeds_(seeds) {}

    [[nodiscard]] Bytes mutated(Bytes bytes) {
        const size_t n_steps = 1 + below(kMaxStepsPerMutation);
        for (size_t i = 0; i < n_steps; ++i) {
            step(bytes);
        }
        return bytes;
    }

  private:
    size_t below(size_t end) { return static_cast<size_t>(random_() % end); }

    static ptrdiff_t at(size_t offset) { return static_cast<ptrdiff_t>(offset); }

    void step(Bytes& bytes) {
        if (bytes.empty()) {
            bytes.push_back(static_cast<uint8_t>(below(256)));
            return;
        }
        const size_t offset = below(bytes.size());
        switch (below(6)) {
            case 0:  // flip a bit
                bytes[offset] = static_cast<uint8_t>(bytes[offset] ^ 1U << below(8));
                break;
            case 1:  // any byte
                bytes[offset] = static_cast<uint8_t>(below(256));
                break;
            case 2: {  // a byte lengths and types like to trip over
                constexpr uint8_t kEdges[] = {0, 1, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xff};
                bytes[offset] = kEdges[below(std::size(kEdges))];
                break;
            }
            case 3:  // cut the end off
                bytes.resize(offset);
                break;
            case 4: {  // take a piece out
                const size_t size = 1 + below(bytes.size() - offset);
                bytes.erase(bytes.begin() + at(offset), bytes.begin() + at(offset + size));
                break;
            }
            default:
                splice(bytes, offset);
                break;
        }
    }

    /// Puts a piece of some seed in.
    void splice(Bytes& bytes, size_t offset) {
        const Bytes& other = seeds_[below(seeds_.size())];
        if (other.empty()) {
            return;
        }
        const size_t from = below(other.size());
        const size_t size = 1 + below(other.size() - from);
        bytes.insert(
            bytes.begin() + at(offset),
            other.begin() + at(from),
            other.begin() + at(from + size)
        );
    }

    const std::vector<Bytes>& seeds_;
    std::mt19937_64 random_{20260101};
};

}  // namespace

int main(int argc, char** argv) {
    const std::vector<Bytes> seeds = argc == 2 ? read_seeds(argv[1]) : std::vector<Bytes>{};
    if (seeds.empty()) {
        std::fprintf(stderr, "usage: %s FOLDER-OF-SEEDS\n", argv[0]);
        return 2;
    }
    Mutator mutator(seeds);
    for (const Bytes& seed : seeds) {
        LLVMFuzzerTestOneInput(seed.data(), seed.size());
        for (int i = 0; i < kMutationsPerSeed; ++i) {
            // An own copy of the exact size, so that the address sanitizer sees every byte read past it.
            const Bytes input = mutator.mutated(seed);
            LLVMFuzzerTestOneInput(input.data(), input.size());
        }
    }
    std::printf("%zu seeds, %d mutations each\n", seeds.size(), kMutationsPerSeed);
    return 0;
}
