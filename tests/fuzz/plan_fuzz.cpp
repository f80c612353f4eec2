// A plan that is taken survives the store and is consistent.
#include <algorithm>

#include "testlooper/base/check.hpp"

#include "codec/plan_text.hpp"
#include "codec/store_json.hpp"
#include "codec/utf8.hpp"
#include "input.hpp"

using namespace testlooper;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto plan = codec::parse_plan(fuzz::text_of(data, size), "plan");
  if (!plan) {
    TL_CHECK(codec::is_valid_utf8(plan.error().message));
    return 0;
  }
  TL_CHECK(codec::from_json<TestPlan>(codec::to_json(*plan)) == *plan);
  for (const auto& suite : plan->suites) {
    TL_CHECK(
        std::ranges::binary_search(plan->environments, suite.environment, {}, &Environment::name));
    TL_CHECK(!suite.timeout || suite.timeout->count() > 0);
  }
  return 0;
}
