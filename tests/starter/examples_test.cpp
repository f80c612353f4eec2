// Every example that has a config and a plan of its own is one that the server reads.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "codec/config_text.hpp"
#include "codec/dockerfile.hpp"
#include "codec/plan_text.hpp"
#include "starter/templates.hpp"

namespace testlooper::starter {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Examples, AreRightWithoutAWarning) {
  int seen = 0;
  for (const auto& example : fs::directory_iterator(fs::path(TL_SOURCE_DIR) / "examples")) {
    const auto folder = example.path() / ".testlooper";
    if (!fs::exists(folder / "plan.yaml")) continue;
    SCOPED_TRACE(example.path().filename());
    ++seen;
    EXPECT_TRUE(fs::exists(example.path() / "README.md"));
    const auto config = codec::parse_config(text_of(folder / "config.yaml"), "config");
    ASSERT_TRUE(config) << config.error().text();
    EXPECT_TRUE(config->warnings.empty());
    EXPECT_EQ(config->name, example.path().filename());
    const auto plan = codec::parse_plan(text_of(folder / "plan.yaml"), "plan");
    ASSERT_TRUE(plan) << plan.error().text();
    EXPECT_TRUE(plan->warnings.empty());
    for (const auto& environment : plan->environments) {
      const auto image = text_of(example.path() / environment.image.dockerfile);
      EXPECT_FALSE(image.empty()) << environment.image.dockerfile;
      EXPECT_FALSE(codec::analyse_dockerfile(image).buildkit);
    }
  }
  EXPECT_GE(seen, 7);
}

TEST(Examples, ThoseThatInitWritesAreInTheProgramAsTheyAre) {
  EXPECT_GT(templates().size(), 20u);
  for (const auto& each : templates()) {
    const auto path =
        fs::path(TL_SOURCE_DIR) / "examples" / each.example / ".testlooper" / each.file;
    EXPECT_EQ(each.text, text_of(path)) << path;
  }
}

}  // namespace
}  // namespace testlooper::starter
