#include "codec/config_text.hpp"

#include <gtest/gtest.h>

#include "support/cpu_time.hpp"

namespace testlooper::codec {
namespace {

constexpr const char* kMinimal = R"(version: 1
name: demo
image: {docker: {image: "python:3.10"}}
command: make plan
)";

std::string error_of(const std::string& text) {
  const auto config = parse_config(text, "config.yaml");
  return config ? "" : config.error().text();
}

std::vector<std::string> warnings_of(const std::string& text) {
  const auto config = parse_config(text, "config.yaml");
  EXPECT_TRUE(config) << config.error().text();
  std::vector<std::string> texts;
  for (const auto& warning : config ? config->warnings : std::vector<Warning>()) {
    texts.push_back(std::to_string(warning.line) + ": " + warning.message);
  }
  return texts;
}

using Texts = std::vector<std::string>;

// As the Python TestLooper's sample repository writes it.
TEST(ConfigText, ReadsTheSampleRepositorysConfigUnchanged) {
  const auto config = parse_config(R"(version: 1.0
name: testlooper-test
primary-branch: main
image:
     docker:
       dockerfile: .testlooper/environments/Dockerfile.setup

variables:
    PYTHONPATH: ${REPO_ROOT}

command:
    python .testlooper/generate_test_plan.py  --output ${TEST_PLAN_OUTPUT}
)",
                                   "config.yaml");
  ASSERT_TRUE(config) << config.error().text();
  Config expected;
  expected.name = "testlooper-test";
  expected.primary_branch = "main";
  expected.image.source = ImageSource::dockerfile;
  expected.image.dockerfile = ".testlooper/environments/Dockerfile.setup";
  expected.variables = {{"PYTHONPATH", "${REPO_ROOT}"}};
  expected.command = "python .testlooper/generate_test_plan.py  --output ${TEST_PLAN_OUTPUT}";
  EXPECT_EQ(*config, expected);
}

TEST(ConfigText, TheMinimumIsEnough) {
  const auto config = parse_config(kMinimal, "config.yaml");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->image.source, ImageSource::named);
  EXPECT_EQ(config->image.name, "python:3.10");
  EXPECT_TRUE(config->primary_branch.empty());
  EXPECT_TRUE(config->warnings.empty());
}

TEST(ConfigText, VersionOneIsTakenInEachSpelling) {
  for (const std::string version : {"1", "1.0", "\"1\"", "'1.0'"}) {
    EXPECT_EQ(error_of("version: " + version + std::string(kMinimal).substr(10)), "") << version;
  }
  EXPECT_EQ(error_of("version: 2" + std::string(kMinimal).substr(10)),
            "config.yaml:1: version '2' is not known; version 1 is");
}

TEST(ConfigText, WhatIsRequiredIsNamed) {
  EXPECT_EQ(error_of("name: x\n"), "config.yaml:1: 'version' is missing");
  EXPECT_EQ(error_of("version: 1\n\nname:\n"), "config.yaml:3: 'name' has no value");
  EXPECT_EQ(error_of("version: 1\nname: x\ncommand: c\n"), "config.yaml:1: 'image' is missing");
  EXPECT_EQ(error_of("version: 1\nname: x\nimage: {docker: {image: i}}\n"),
            "config.yaml:1: 'command' is missing");
  EXPECT_EQ(error_of("version: 1\nname: x\nimage: {docker: {image: i}}\ncommand: ' '\n"),
            "config.yaml:4: 'command' is empty");
}

TEST(ConfigText, SomethingElseThanAMapIsAnError) {
  EXPECT_EQ(error_of(""), "config.yaml:1: the file is empty");
  EXPECT_EQ(error_of("just text"), "config.yaml:1: the top must be a map, and is 'just text'");
  EXPECT_EQ(error_of("- a\n"), "config.yaml:1: the top must be a map, and is a list");
}

TEST(ConfigText, AnOlderSpellingOfCommandIsTakenWithAWarning) {
  EXPECT_EQ(warnings_of("version: 1\nname: x\nimage: {docker: {image: i}}\n"
                        "generate-test-plan: c\n"),
            Texts{"4: 'generate-test-plan' is read as 'command'; please write it so"});
}

TEST(ConfigText, UnderscoresAreTakenForDashesWithAWarning) {
  EXPECT_EQ(warnings_of(std::string(kMinimal) + "primary_branch: main\n"),
            Texts{"5: 'primary_branch' is read as 'primary-branch'; please write it so"});
  EXPECT_EQ(error_of(std::string(kMinimal) + "primary_branch: a\nprimary-branch: b\n"),
            "config.yaml:6: 'primary-branch' is there twice, spelt in two ways");
}

TEST(ConfigText, UnknownKeysAreWarningsWithAGuess) {
  EXPECT_EQ(warnings_of(std::string(kMinimal) + "varables: {}\nsomething: 1\nx-mine: 1\n"),
            (Texts{"5: unknown key 'varables' is ignored; did you mean 'variables'?",
                   "6: unknown key 'something' is ignored"}));
}

TEST(ConfigText, WarningsAreNotKeptWithoutEnd) {
  std::string text = kMinimal;
  for (int i = 0; i < 1000; ++i) text += "unknown" + std::to_string(i) + ": 1\n";
  const auto warnings = warnings_of(text);
  ASSERT_EQ(warnings.size(), 101u);
  EXPECT_EQ(warnings.back(), "0: 900 more warnings");
}

TEST(ConfigText, AMegabyteOfUnknownKeysTakesNoTime) {
  std::string text = kMinimal;
  for (int i = 0; text.size() < 1'000'000; ++i) {
    text += std::to_string(i) + std::string(50, 'k') + ": 1\n";
  }
  const testing::CpuTimer timer;
  EXPECT_EQ(warnings_of(text).size(), 101u);
  EXPECT_LT(timer.seconds(), 1);
}

TEST(ConfigText, VariablesAreTextsAsWritten) {
  const auto config =
      parse_config(std::string(kMinimal) +
                       "variables: {A: yes, B: 1.50, C: 0x10, D: '07', E: , F: null, G: 1e3}\n",
                   "config.yaml");
  ASSERT_TRUE(config);
  const Variables expected = {{"A", "yes"}, {"B", "1.50"}, {"C", "0x10"}, {"D", "07"},
                              {"E", ""},    {"F", ""},     {"G", "1e3"}};
  EXPECT_EQ(config->variables, expected);
}

TEST(ConfigText, VariablesMustBeTexts) {
  EXPECT_EQ(error_of(std::string(kMinimal) + "variables:\n  A: [1]\n"),
            "config.yaml:6: 'variables.A' must be text, and is a list");
  EXPECT_EQ(error_of(std::string(kMinimal) + "variables: [A]\n"),
            "config.yaml:5: 'variables' must be a map, and is a list");
  EXPECT_EQ(error_of(std::string(kMinimal) + "variables: {'A=B': c}\n"),
            "config.yaml:5: a name in 'variables' holds a '=': 'A=B'");
}

TEST(ConfigText, OurOwnVariablesCannotBeSet) {
  EXPECT_EQ(warnings_of(std::string(kMinimal) + "variables: {REPO_ROOT: /x}\n"),
            Texts{"5: 'variables.REPO_ROOT' is not used: TestLooper sets REPO_ROOT itself"});
}

TEST(ConfigText, AnotherOsIsAWarning) {
  EXPECT_TRUE(warnings_of(std::string(kMinimal) + "os: linux\n").empty());
  EXPECT_EQ(warnings_of(std::string(kMinimal) + "os: windows\n"),
            Texts{"5: 'os' 'windows' is not supported: it is tested on linux"});
}

Result<Config> with_image(const std::string& image) {
  return parse_config("version: 1\nname: x\ncommand: c\nimage: " + image + "\n", "config.yaml");
}

TEST(ConfigText, AnImageIsANameOrADockerfile) {
  const auto named =
      with_image("{docker: {image: localhost:5000/a/b_c:1.2@sha256:abc, with-docker: true}}");
  ASSERT_TRUE(named);
  EXPECT_EQ(named->image.source, ImageSource::named);
  EXPECT_EQ(named->image.name, "localhost:5000/a/b_c:1.2@sha256:abc");
  EXPECT_TRUE(named->image.with_docker);
  EXPECT_EQ(with_image("{docker: {dockerfile: ./docker//test/}}")->image.dockerfile, "docker/test");
  EXPECT_EQ(with_image("{docker: {dockerfile: .}}")->image.dockerfile, "Dockerfile");
}

TEST(ConfigText, ImagesOfOtherKindsAreUnsupported) {
  for (const std::string key : {"aws-ami", "base_ami", "base-ami", "aws_ami"}) {
    const auto config = with_image("{" + key + ": ami-123}");
    ASSERT_TRUE(config) << key;
    EXPECT_EQ(config->image.source, ImageSource::unsupported);
    EXPECT_EQ(config->image.unsupported,
              "images of type aws-ami cannot be used here: only docker images run");
  }
}

TEST(ConfigText, BrokenImagesAreErrors) {
  const auto error = [](const std::string& image) {
    const auto config = with_image(image);
    return config ? std::string() : config.error().text();
  };
  EXPECT_EQ(error("python:3"),
            "config.yaml:4: 'image' must be a map; write 'image: {docker: {image: python:3}}'");
  EXPECT_EQ(error("{}"), "config.yaml:4: 'image' needs 'docker'");
  EXPECT_EQ(error("{docker: python}"),
            "config.yaml:4: 'image.docker' must be a map with 'image' or 'dockerfile', and is "
            "'python'");
  EXPECT_EQ(error("{docker: {with-docker: true}}"),
            "config.yaml:4: 'image.docker' needs 'image' or 'dockerfile'");
  EXPECT_EQ(
      error("{docker: {image: a, dockerfile: b}}"),
      "config.yaml:4: 'image.docker' has both 'image' and 'dockerfile'; one of them is enough");
  EXPECT_EQ(error("{docker: {image: a, with-docker: perhaps}}"),
            "config.yaml:4: 'image.docker.with-docker' must be true or false, and is 'perhaps'");
}

TEST(ConfigText, PathsAndNamesThatLeadElsewhereAreErrors) {
  for (const std::string path : {"/etc/Dockerfile", "../Dockerfile", "a/../b", "-f", "'a\tb'"}) {
    EXPECT_FALSE(with_image("{docker: {dockerfile: " + path + "}}")) << path;
  }
  for (const std::string name :
       {"/a", "-a", "a/../b", "'a b'", "'$(id)'", "\"a\\nb\"", "'a;b'", ".a"}) {
    EXPECT_FALSE(with_image("{docker: {image: " + name + "}}")) << name;
  }
  EXPECT_EQ(with_image("{docker: {dockerfile: ../x}}").error().text(),
            "config.yaml:4: 'image.docker.dockerfile' leads upwards with '..': '../x'");
}

TEST(ConfigText, ItMayBeJson) {
  EXPECT_EQ(error_of(R"({"version": 1, "name": "x", "command": "c",
                         "image": {"docker": {"image": "i"}}})"),
            "");
}

}  // namespace
}  // namespace testlooper::codec
