// Any Dockerfile can be analysed, and any .dockerignore asked.
#include "testlooper/base/check.hpp"

#include "codec/dockerfile.hpp"
#include "codec/dockerignore.hpp"
#include "input.hpp"

using namespace testlooper;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto facts = codec::analyse_dockerfile(text);
  for (const auto& base : facts.bases) TL_CHECK(!base.empty() && base != "scratch");
  if (facts.context_paths) {
    for (const auto& path : *facts.context_paths) TL_CHECK(!path.empty() && path.front() != '/');
  }
  const codec::Dockerignore ignore(text);
  const bool ignored = ignore.ignores("a/b.txt");
  if (!ignore.has_exceptions() && ignore.ignores("a")) TL_CHECK(ignored);
  return 0;
}
