// A push that is taken names a repository; its ids are ids.
#include "testlooper/base/check.hpp"

#include "codec/utf8.hpp"
#include "codec/webhook.hpp"
#include "input.hpp"

using namespace testlooper;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto announced = codec::parse_push(fuzz::text_of(data, size));
  if (!announced) {
    TL_CHECK(!announced.error().message.empty());
    TL_CHECK(codec::is_valid_utf8(announced.error().message));
    return 0;
  }
  TL_CHECK(!announced->repo.empty());
  for (const auto& id : {announced->push.old_sha, announced->push.new_sha}) {
    TL_CHECK(id.empty() || id.size() == 40 || id.size() == 64);
  }
  return 0;
}
