// Whatever the bytes of a tar, nothing is made outside the folder, and nothing but plain files.
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include "testlooper/base/check.hpp"

#include "docker/unpack.hpp"
#include "input.hpp"

using namespace testlooper;
namespace fs = std::filesystem;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint64_t kMost = 10'000;
  static const fs::path root =
      fs::temp_directory_path() / ("unpack_fuzz" + std::to_string(::getpid()));
  fs::remove_all(root);
  fs::create_directories(root);
  const auto tar = root / "t.tar";
  std::ofstream(tar, std::ios::binary) << fuzz::text_of(data, size);
  const auto info =
      docker::unpack_artifacts({tar.string(), (root / "out").string(), kMost, size % 2 == 0});
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  for (const auto& each : fs::recursive_directory_iterator(root)) {
    TL_CHECK(!each.is_symlink() && (each.is_directory() || each.is_regular_file()));
    if (each.is_directory() || each.path() == tar) continue;
    TL_CHECK(each.path().string().starts_with((root / "out").string() + "/"));
    bytes += each.file_size();
    ++files;
  }
  TL_CHECK(files == info.files.size() && bytes <= kMost);
  fs::remove_all(root);
  return 0;
}
