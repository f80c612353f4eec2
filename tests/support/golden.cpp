#include "support/golden.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace testlooper::testing {
namespace {

std::string full_path(const std::string& path) {
  return std::string(TL_SOURCE_DIR) + "/tests/golden/" + path;
}

}  // namespace

std::string golden_input(const std::string& path) {
  std::ifstream file(full_path(path), std::ios::binary);
  EXPECT_TRUE(file) << "no file " << full_path(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void expect_golden(const std::string& path, const std::string& text) {
  if (std::getenv("TL_REWRITE_GOLDENS") != nullptr) {
    std::ofstream(full_path(path), std::ios::binary) << text;
    return;
  }
  EXPECT_EQ(golden_input(path), text) << path << ": TL_REWRITE_GOLDENS=1 writes it anew";
}

}  // namespace testlooper::testing
