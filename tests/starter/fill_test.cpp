// What is written: files that the server reads without a warning, whatever was found.
#include "starter/fill.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "codec/config_text.hpp"
#include "codec/dockerfile.hpp"
#include "codec/plan_text.hpp"
#include "starter/find.hpp"

namespace testlooper::starter {
namespace {

std::string text_of(const std::vector<StarterFile>& files, const std::string& path) {
  const auto found = std::ranges::find(files, path, &StarterFile::path);
  EXPECT_NE(found, files.end()) << path;
  return found == files.end() ? "" : found->text;
}

Config config_of(const std::vector<StarterFile>& files) {
  const auto config = codec::parse_config(text_of(files, ".testlooper/config.yaml"), "config");
  EXPECT_TRUE(config) << config.error().text();
  EXPECT_TRUE(config->warnings.empty());
  return *config;
}

TestPlan plan_of(const std::vector<StarterFile>& files) {
  const auto text = text_of(files, ".testlooper/plan.yaml");
  const auto plan = codec::parse_plan(text, "plan");
  EXPECT_TRUE(plan) << plan.error().text() << "\n" << text;
  EXPECT_TRUE(plan->warnings.empty()) << plan->warnings.front().message;
  return *plan;
}

const Suite& suite(const TestPlan& plan, const std::string& name) {
  const auto found = std::ranges::find(plan.suites, name, &Suite::name);
  EXPECT_NE(found, plan.suites.end()) << name;
  return found == plan.suites.end() ? plan.suites.front() : *found;
}

Part part_of(Framework framework, const std::string& folder = "") {
  auto part = assumed({}, framework);
  part.folder = folder;
  return part;
}

TEST(Fill, EachFrameworkIsASuiteInAnEnvironment) {
  for (const auto framework : kFrameworks) {
    auto part = part_of(framework);
    part.image = "registry.example:5000/base:1";
    const auto files = fill({"shop", "trunk"}, {part});
    EXPECT_TRUE(std::ranges::is_sorted(files, {}, &StarterFile::path));
    const auto config = config_of(files);
    EXPECT_EQ(config.name, "shop");
    EXPECT_EQ(config.primary_branch, "trunk");
    EXPECT_EQ(config.image.dockerfile, ".testlooper/Dockerfile");
    const auto plan = plan_of(files);
    ASSERT_EQ(plan.suites.size(), 1u);
    EXPECT_EQ(plan.suites[0].name, framework_name(framework));
    EXPECT_EQ(plan.environments.at(0).image.dockerfile, ".testlooper/Dockerfile");
    const auto image = codec::analyse_dockerfile(text_of(files, ".testlooper/Dockerfile"));
    EXPECT_EQ(image.bases, std::vector<std::string>{"registry.example:5000/base:1"});
    EXPECT_FALSE(image.buildkit);
    EXPECT_TRUE(image.context_paths);
  }
}

TEST(Fill, WhatTheRepositoryNeedsIsInTheFiles) {
  auto part = part_of(Framework::pytest);
  part.edits = {{"Dockerfile", "RUN python3", "COPY requirements.txt /tmp/\nRUN python3"}};
  part.variables = {{"PYTHONPATH", "${REPO_ROOT}/src"}, {"VERSION", "1.50"}};
  part.set_up = "python3 -m pip install -e '.[test]'";
  const auto files = fill({"a", "main"}, {part});
  EXPECT_EQ(codec::analyse_dockerfile(text_of(files, ".testlooper/Dockerfile")).context_paths,
            std::vector<std::string>{"requirements.txt"});
  const auto plan = plan_of(files);
  EXPECT_EQ(plan.environments[0].custom_setup, part.set_up);
  EXPECT_EQ(plan.environments[0].variables, part.variables);
}

TEST(Fill, SeveralPartsHaveFoldersOfTheirOwn) {
  const auto files =
      fill({"a", ""}, {part_of(Framework::pytest), part_of(Framework::ctest, "native"),
                       part_of(Framework::go), part_of(Framework::vitest, "it's web")});
  EXPECT_EQ(config_of(files).primary_branch, "");
  EXPECT_EQ(config_of(files).image.dockerfile, ".testlooper/pytest/Dockerfile");
  const auto plan = plan_of(files);
  ASSERT_EQ(plan.suites.size(), 4u);
  EXPECT_EQ(plan.environments.size(), 4u);
  EXPECT_EQ(suite(plan, "pytest").list_tests, "python3 .testlooper/pytest/list.py");
  EXPECT_EQ(suite(plan, "ctest").run_tests,
            "cd native && sh \"$REPO_ROOT\"/.testlooper/ctest/run.sh");
  EXPECT_EQ(plan.environments[0].custom_setup,
            "cd native && sh \"$REPO_ROOT\"/.testlooper/ctest/build.sh");
  EXPECT_EQ(suite(plan, "go").repeat_tests, "sh .testlooper/go/run.sh");
  EXPECT_EQ(suite(plan, "vitest").list_tests,
            "cd 'it'\\''s web' && node \"$REPO_ROOT\"/.testlooper/vitest/list.mjs");
  EXPECT_TRUE(text_of(files, ".testlooper/ctest/list.sh")
                  .contains("\"$REPO_ROOT\"/.testlooper/ctest/tests.sh"));
}

TEST(Fill, SeveralPartsOfAFrameworkHaveNamesOfTheirOwn) {
  const std::vector<Part> parts = {part_of(Framework::go), part_of(Framework::go, "a b"),
                                   part_of(Framework::go, "a-b"), part_of(Framework::jest, "web")};
  const auto suites = suite_names(parts);
  EXPECT_EQ(suites, (std::vector<std::string>{"go-root", "go-a-b", "go-a-b-2", "jest"}));
  const auto plan = plan_of(fill({"a", ""}, parts));
  ASSERT_EQ(plan.suites.size(), 4u);
  for (const auto& name : suites) {
    EXPECT_EQ(suite(plan, name).name, name);
    EXPECT_EQ(suite(plan, name).environment, name);
  }
}

TEST(Fill, AnyNameOfAFolderOrBranchArrives) {
  for (const std::string name :
       {"yes", "null", "~", "12", "1.50", "a: b", "a #b", "#a", "- a", "it's", "\"a\"", "[a]",
        "größe", "a:", "*a", "%a", "@a", "a b", "!a"}) {
    const auto config = config_of(fill({name, name}, {part_of(Framework::other)}));
    EXPECT_EQ(config.name, name);
    EXPECT_EQ(config.primary_branch, name);
  }
  EXPECT_EQ(config_of(fill({"a\nb\x01", ""}, {part_of(Framework::other)})).name, "a b ");
  EXPECT_EQ(config_of(fill({"", ""}, {part_of(Framework::other)})).name, "project");
  std::string longest;
  for (int i = 0; i < 150; ++i) longest += "ü";
  EXPECT_EQ(config_of(fill({longest, ""}, {part_of(Framework::other)})).name,
            longest.substr(0, 200));
}

}  // namespace
}  // namespace testlooper::starter
