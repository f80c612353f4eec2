// A list that is taken has ids of one line each, and no id twice.
#include <set>

#include "testlooper/base/check.hpp"

#include "codec/test_list.hpp"
#include "codec/utf8.hpp"
#include "input.hpp"

using namespace testlooper;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto listed = codec::parse_test_list(fuzz::text_of(data, size));
  if (!listed) {
    TL_CHECK(codec::is_valid_utf8(listed.error().message));
    return 0;
  }
  std::set<std::string> ids;
  for (const auto& test : listed->tests) {
    const auto id = test.test.id();
    TL_CHECK(!test.test.name.empty() && id.find('\n') == id.npos);
    TL_CHECK(codec::is_valid_utf8(id));
    TL_CHECK(ids.insert(id).second);
  }
  return 0;
}
