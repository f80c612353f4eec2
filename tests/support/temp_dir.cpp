#include "support/temp_dir.hpp"

#include <stdlib.h>

#include "testlooper/base/check.hpp"

namespace testlooper::testing {

TempDir::TempDir() {
  std::string name = (std::filesystem::temp_directory_path() / "testlooper-test-XXXXXX").string();
  TL_CHECK(mkdtemp(name.data()) != nullptr);
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace testlooper::testing
