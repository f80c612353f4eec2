// What the laboratory's benchmarks are given: `--trials N`, `--seed N`, and `--only PART` where
// there are parts.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace testlooper::bench {

struct LabOptions {
  int trials = 0;
  std::uint64_t seed = 1;
  std::string_view only = {};

  bool wants(std::string_view part) const { return only.empty() || only == part; }
};

inline LabOptions lab_options(int argc, char** argv, int trials) {
  LabOptions options{.trials = trials};
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--trials") options.trials = std::atoi(argv[i + 1]);
    if (name == "--only") options.only = argv[i + 1];
    if (name == "--seed") options.seed = std::strtoull(argv[i + 1], nullptr, 10);
  }
  if (argc % 2 == 0 || options.trials < 1) {
    std::fprintf(stderr, "usage: %s [--trials N] [--seed N] [--only PART]\n", argv[0]);
    std::exit(2);
  }
  return options;
}

}  // namespace testlooper::bench
