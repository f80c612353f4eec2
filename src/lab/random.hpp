// Drawn numbers that are the same on every machine for a seed, which distributions of the standard
// library are not.
#pragma once

#include <cstddef>
#include <cstdint>

namespace testlooper::lab {

// SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA
// 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    auto z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // In [0, 1).
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  bool chance(double probability) { return uniform() < probability; }
  // In [0, below), `below` > 0. The bias is below 2^-32 for what the lab counts.
  std::size_t below(std::size_t below) { return static_cast<std::size_t>(next() % below); }

 private:
  std::uint64_t state_;
};

}  // namespace testlooper::lab
