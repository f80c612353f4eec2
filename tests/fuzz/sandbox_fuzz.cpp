// What comes from a sandbox reads the same however it is cut, and costs no more than was asked for.
#include <string>

#include "testlooper/base/check.hpp"

#include "input.hpp"
#include "sandbox/report.hpp"

using namespace testlooper;

namespace {

constexpr std::uint64_t kMost = 1'000;

struct Read {
  std::string text;
  bool good = true;
  bool operator==(const Read&) const = default;
};

Read read_report(std::string_view bytes, std::size_t piece) {
  std::string tar;
  sandbox::ReportReader reader({{"/a", kMost}, {"/b", kMost}}, kMost,
                               [&](std::string_view more) -> Result<void> {
                                 tar += more;
                                 return {};
                               });
  Read read;
  for (std::size_t at = 0; at < bytes.size() && read.good; at += piece) {
    read.good = reader.feed(bytes.substr(at, piece)).has_value();
  }
  TL_CHECK(tar.size() <= kMost);
  read.text = tar;
  for (const auto& [path, content] : reader.report().outputs) {
    TL_CHECK(content.size() <= kMost);
    read.text += path + content;
  }
  return read;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  const std::size_t piece = size > 0 ? 1 + data[0] % 16u : 1;
  TL_CHECK(read_report(bytes, piece) == read_report(bytes, bytes.size() + 1));
  if (const auto request = sandbox::decode_request(bytes)) {
    TL_CHECK(sandbox::decode_request(sandbox::encode(*request)) == request);
  }
  if (const auto hello = sandbox::decode_hello(bytes)) {
    TL_CHECK(sandbox::decode_hello(sandbox::encode(*hello)) == hello);
  }
  (void)sandbox::decode_ended(bytes);
  (void)sandbox::decode_trouble(bytes);
  return 0;
}
