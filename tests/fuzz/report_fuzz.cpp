// Whatever a report says, results are valid text of a limited size, and each entry becomes one.
#include "testlooper/base/check.hpp"
#include "testlooper/base/limits.hpp"

#include "codec/report.hpp"
#include "codec/utf8.hpp"
#include "input.hpp"

using namespace testlooper;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto reported = codec::parse_report(fuzz::text_of(data, size));
  if (!reported) {
    TL_CHECK(!reported.error().message.empty());
    TL_CHECK(codec::is_valid_utf8(reported.error().message));
    return 0;
  }
  std::vector<TestName> assigned;
  std::size_t entries = 0;
  for (const auto& entry : *reported) {
    TL_CHECK(entry.message.size() <= limits::kMessageBytes);
    TL_CHECK(codec::is_valid_utf8(entry.message));
    TL_CHECK(codec::is_valid_utf8(entry.test.id()));
    TL_CHECK(entry.duration.count() >= 0);
    // Some of them are assigned, some under another path.
    if (assigned.size() % 3 != 0) assigned.push_back({entry.class_name, entry.test.name});
    assigned.push_back(entry.test);
    if (!entry.test.name.empty()) ++entries;
  }
  TL_CHECK(codec::match_report(std::move(*reported), assigned).size() >= entries);
  return 0;
}
