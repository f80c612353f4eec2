// The examples of the documents are what the server reads.
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "codec/config_text.hpp"
#include "codec/dockerfile.hpp"
#include "codec/plan_text.hpp"
#include "codec/server_config.hpp"
#include "codec/test_list.hpp"

namespace testlooper::codec {
namespace {

// The blocks of a document that are marked as `language`, in their order.
std::vector<std::string> blocks_of(const std::string& path, const std::string& language) {
  std::ifstream file(std::string(TL_SOURCE_DIR) + "/docs/" + path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_FALSE(text.empty()) << path;
  std::vector<std::string> blocks;
  const std::string mark = "```" + language + "\n";
  for (auto begin = text.find(mark); begin != text.npos; begin = text.find(mark, begin)) {
    begin += mark.size();
    const auto end = text.find("```", begin);
    blocks.push_back(text.substr(begin, end - begin));
    begin = end + 3;
  }
  return blocks;
}

const std::string kSpec = "specs/Repo_Configuration_Spec.md";

TEST(Documents, TheWholeExampleIsRightWithoutAWarning) {
  const auto blocks = blocks_of(kSpec, "yaml");
  ASSERT_GE(blocks.size(), 2u);
  const auto config = parse_config(blocks[0], "config.yaml");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_TRUE(config->warnings.empty());
  const auto plan = parse_plan(blocks[1], "plan");
  ASSERT_TRUE(plan) << plan.error().text();
  EXPECT_TRUE(plan->warnings.empty());
  const auto facts = analyse_dockerfile(blocks_of(kSpec, "dockerfile").at(0));
  EXPECT_EQ(facts.bases, std::vector<std::string>{"python:3.12"});
  EXPECT_EQ(facts.context_paths, std::vector<std::string>{});
}

TEST(Documents, PartsAreRightWhereTheyBelong) {
  const auto blocks = blocks_of(kSpec, "yaml");
  ASSERT_EQ(blocks.size(), 10u);
  const std::string rest = "version: 1\nname: x\ncommand: c\n";
  const auto image = parse_config(rest + blocks[2], "config.yaml");
  ASSERT_TRUE(image) << image.error().text();
  EXPECT_EQ(image->image.name, "python:3.12");
  const auto variables =
      parse_config(rest + "image: {docker: {image: i}}\n" + blocks[3], "config.yaml");
  ASSERT_TRUE(variables) << variables.error().text();
  EXPECT_EQ(variables->variables.at("LEVEL"), "07");
  const std::string linux = "version: 1\nenvironments: {linux: {image: {docker: {image: i}}}}\n";
  for (const auto i : {4u, 5u}) {
    const auto part = parse_plan(linux + blocks[i], "plan");
    ASSERT_TRUE(part) << part.error().text();
    EXPECT_TRUE(part->warnings.empty());
  }
  std::string suite;
  for (const char each : blocks[6]) suite += each == '\n' ? "\n    " : std::string{each};
  const auto repeating = parse_plan(
      linux + "suites:\n  s:\n    environment: linux\n    list-tests: ls\n    " + suite, "plan");
  ASSERT_TRUE(repeating) << repeating.error().text();
  EXPECT_TRUE(repeating->warnings.empty());
  EXPECT_NE(repeating->suites[0].repeat_tests.find("$TEST_COUNT"), std::string::npos);
}

TEST(Documents, EachFormOfAListIsRead) {
  const auto blocks = blocks_of(kSpec, "yaml");
  ASSERT_EQ(blocks.size(), 10u);
  for (const auto i : {7u, 8u, 9u}) {
    const auto listed = parse_test_list(blocks[i]);
    ASSERT_TRUE(listed) << listed.error().text();
    EXPECT_TRUE(listed->warnings.empty());
    EXPECT_FALSE(listed->tests.empty());
  }
}

TEST(Documents, TheServersExampleIsRight) {
  const auto config =
      parse_server_config(blocks_of("configuration.md", "yaml").at(0), "server.yaml");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_TRUE(config->warnings.empty());
  EXPECT_EQ(config->repos.size(), 2u);
}

}  // namespace
}  // namespace testlooper::codec
