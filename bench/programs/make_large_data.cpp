// make_large_data FILE [RUNS]: writes a large store to FILE, for benchmarks and for looking at
// pages.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "large_data.hpp"

int main(int argc, char** argv) {
  if (argc < 2 || std::filesystem::exists(argv[1])) {
    std::fprintf(stderr, "make_large_data FILE [RUNS]: FILE must not be there yet\n");
    return 2;
  }
  testlooper::bench::LargeDataShape shape;
  if (argc > 2) shape.runs = std::atoll(argv[2]);
  // A small store has fewer commits, not fewer runs at each.
  const auto each = 2 * std::int64_t{shape.tests};
  if (shape.runs < each * shape.commits) {
    shape.commits = static_cast<int>(std::max<std::int64_t>(10, shape.runs / each));
  }
  const auto began = std::chrono::steady_clock::now();
  testlooper::bench::make_large_data(argv[1], shape, [&](std::int64_t runs) {
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - began;
    std::printf("\r%lld runs, %.0f a second", static_cast<long long>(runs),
                static_cast<double>(runs) / spent.count());
    std::fflush(stdout);
  });
  std::printf("\n");
}
