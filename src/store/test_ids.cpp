#include "store/test_ids.hpp"

#include "testlooper/base/check.hpp"

namespace testlooper::store {
namespace {

void pack(std::string& bytes, std::int64_t number) {
  auto zigzag =
      (static_cast<std::uint64_t>(number) << 1) ^ static_cast<std::uint64_t>(number >> 63);
  while (zigzag >= 0x80) {
    bytes.push_back(static_cast<char>(zigzag | 0x80));
    zigzag >>= 7;
  }
  bytes.push_back(static_cast<char>(zigzag));
}

template <typename Take>
void unpack(std::string_view bytes, const Take& take) {
  std::uint64_t zigzag = 0;
  int shift = 0;
  for (const char each : bytes) {
    TL_CHECK(shift < 64);
    const auto group = static_cast<std::uint8_t>(each);
    zigzag |= static_cast<std::uint64_t>(group & 0x7f) << shift;
    shift += 7;
    if (group >= 0x80) continue;
    take(static_cast<std::int64_t>(zigzag >> 1) ^ -static_cast<std::int64_t>(zigzag & 1));
    zigzag = 0;
    shift = 0;
  }
}

}  // namespace

std::string pack_test_ids(const std::vector<TestId>& tests) {
  std::string bytes;
  std::int64_t previous = 0;
  for (const auto& test : tests) {
    pack(bytes, test.value - previous);
    previous = test.value;
  }
  return bytes;
}

std::vector<TestId> unpack_test_ids(std::string_view bytes) {
  std::vector<TestId> tests;
  tests.reserve(bytes.size());
  std::int64_t previous = 0;
  unpack(bytes, [&](std::int64_t difference) { tests.push_back({previous += difference}); });
  return tests;
}

std::string pack_numbers(const std::vector<std::int64_t>& numbers) {
  std::string bytes;
  for (const auto number : numbers) pack(bytes, number);
  return bytes;
}

std::vector<std::int64_t> unpack_numbers(std::string_view bytes) {
  std::vector<std::int64_t> numbers;
  unpack(bytes, [&](std::int64_t number) { numbers.push_back(number); });
  return numbers;
}

}  // namespace testlooper::store
