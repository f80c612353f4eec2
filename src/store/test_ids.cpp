#include "store/test_ids.hpp"

#include <cstdint>

#include "testlooper/base/check.hpp"

namespace testlooper::store {

std::string pack_test_ids(const std::vector<TestId>& tests) {
  std::string bytes;
  std::int64_t previous = 0;
  for (const auto& test : tests) {
    const auto difference = test.value - previous;
    previous = test.value;
    auto zigzag = (static_cast<std::uint64_t>(difference) << 1) ^
                  static_cast<std::uint64_t>(difference >> 63);
    while (zigzag >= 0x80) {
      bytes.push_back(static_cast<char>(zigzag | 0x80));
      zigzag >>= 7;
    }
    bytes.push_back(static_cast<char>(zigzag));
  }
  return bytes;
}

std::vector<TestId> unpack_test_ids(std::string_view bytes) {
  std::vector<TestId> tests;
  std::int64_t previous = 0;
  std::uint64_t zigzag = 0;
  int shift = 0;
  for (const char each : bytes) {
    TL_CHECK(shift < 64);
    const auto group = static_cast<std::uint8_t>(each);
    zigzag |= static_cast<std::uint64_t>(group & 0x7f) << shift;
    shift += 7;
    if (group >= 0x80) continue;
    previous += static_cast<std::int64_t>(zigzag >> 1) ^ -static_cast<std::int64_t>(zigzag & 1);
    tests.push_back({previous});
    zigzag = 0;
    shift = 0;
  }
  return tests;
}

}  // namespace testlooper::store
