// However an output is cut into pieces, its parts are the same, and lie within it.
#include "testlooper/base/check.hpp"

#include "codec/log_marks.hpp"
#include "input.hpp"

using namespace testlooper;

namespace {

std::vector<codec::MarkedPart> parts_of(std::string_view output, std::size_t piece) {
  codec::LogMarks marks;
  for (std::size_t at = 0; at < output.size(); at += piece) marks.feed(output.substr(at, piece));
  return marks.finish();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto output = fuzz::text_of(data, size);
  const auto parts = parts_of(output, size + 1);
  TL_CHECK(parts == parts_of(output, 5));
  for (const auto& part : parts) {
    TL_CHECK(!part.name.empty() && part.begin <= part.end && part.end <= size);
  }
  return 0;
}
