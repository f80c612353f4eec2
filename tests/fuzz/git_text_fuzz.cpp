// Names of refs and messages become valid UTF-8, and a name finds its way back to its bytes.
#include "testlooper/base/check.hpp"

#include "codec/utf8.hpp"
#include "git/source.hpp"
#include "git/text.hpp"
#include "git/tree.hpp"
#include "input.hpp"

using namespace testlooper;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto all = fuzz::text_of(data, size);
  const auto bytes = all.substr(0, all.find('\0'));  // as libgit2 hands text on
  const auto name = git::name_text(bytes);
  TL_CHECK(codec::is_valid_utf8(name));
  // A ref's name never holds a backslash.
  if (bytes.find('\\') == bytes.npos) TL_CHECK(git::name_bytes(name) == bytes);
  for (const char* encoding : {"", "latin1"}) {
    const auto text = git::prose(bytes, encoding, 100);
    TL_CHECK(text.size() <= 100 && codec::is_valid_utf8(text));
  }
  if (const auto parts = git::path_parts(bytes)) {
    for (const auto& part : *parts) TL_CHECK(!part.empty() && part != "." && part != "..");
  }
  const auto folder = git::clone_folder(bytes, bytes);
  TL_CHECK(folder.find('/') == folder.npos && !folder.starts_with('.'));
  return 0;
}
