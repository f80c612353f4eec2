#include "codec/reproduce.hpp"

#include <gtest/gtest.h>

#include "support/command.hpp"
#include "support/temp_dir.hpp"

namespace testlooper::codec {
namespace {

Reproduction wanted() {
  Reproduction wanted;
  wanted.repo = "shop";
  wanted.sha = "1a2b3c4d5e6f708192a3b4c5d6e7f80910213243";
  wanted.suite = "unit";
  wanted.test = "a.py::test[it's]";
  wanted.image = "testlooper/image:1";
  wanted.command = "pytest @$TEST_INPUT";
  return wanted;
}

TEST(Reproduce, ARequestNamesTestAndCondition) {
  auto asked = wanted();
  asked.condition.cpus = .1;
  asked.condition.variables = {{"TZ", "Asia/Tokyo"}};
  EXPECT_EQ(run_command(asked, 20),
            "testlooper run shop 1a2b3c4d5e --test 'unit/a.py::test[it'\\''s]' --condition "
            "cpus=0.1 --condition TZ=Asia/Tokyo --times 20 --wait");
}

TEST(Reproduce, AContainerHasTheLimitsAndTheFiles) {
  auto asked = wanted();
  asked.condition.cpus = .1;
  asked.condition.memory_mb = 256;
  asked.condition.no_network = true;
  asked.mounts = {{"vol", "/built"}};
  const auto text = docker_command(asked);
  EXPECT_TRUE(
      text.starts_with("docker run --rm -i --init --cpus 0.1 --memory 256m --memory-swap "
                       "256m --network none -v \"$PWD:/testlooper/repo\" -v vol:/built:ro"))
      << text;
  asked.image_has_files = true;
  EXPECT_FALSE(docker_command(asked).contains("$PWD"));
}

// As a shell takes it, with docker replaced by what runs the script here.
TEST(Reproduce, WhatIsPastedIsWhatRuns) {
  testing::TempDir dir;
  auto asked = wanted();
  asked.input = {"a.py::one", "a.py::test[it's] $HOME"};
  asked.command = "cat \"$TEST_INPUT\"; echo TL_COMMAND; echo '<r/>' >\"$TEST_OUTPUT\"; exit 3\n";
  auto text = docker_command(asked);
  const auto begin = text.find(" <<'");
  text = "sh -s" + text.substr(begin);
  for (auto at = text.find("/testlooper/io"); at != text.npos; at = text.find("/testlooper/io")) {
    text.replace(at, 14, dir.file("io"));
  }
  const auto script = "export TEST_INPUT=" + dir.file("io") +
                      "/input.txt TEST_OUTPUT=" + dir.file("io") + "/report\n" + text +
                      "echo ended $?\n";
  const auto out = testing::must_run({.words = {"bash", "-c", script}});
  EXPECT_EQ(out, "a.py::one\na.py::test[it's] $HOME\nTL_COMMAND\n<r/>\nended 3\n");
}

}  // namespace
}  // namespace testlooper::codec
