// A request for runs that is taken is within its limits, and is the same after being written.
#include "testlooper/base/check.hpp"
#include "testlooper/base/limits.hpp"

#include "codec/api_json.hpp"
#include "input.hpp"

using namespace testlooper;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto request = codec::parse_run_request(fuzz::text_of(data, size));
  if (!request) {
    TL_CHECK(request.error().kind == ErrorKind::invalid);
    return 0;
  }
  TL_CHECK(request->times >= 1 && request->times <= limits::kRunsPerRequest);
  const auto again = codec::parse_run_request(codec::api_json(*request));
  TL_CHECK(again.has_value());
  TL_CHECK(again->filter == request->filter);
  TL_CHECK(again->times == request->times && again->only == request->only);
  TL_CHECK(again->requested_by == request->requested_by);
  return 0;
}
