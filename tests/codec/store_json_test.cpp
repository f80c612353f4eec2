#include "codec/store_json.hpp"

#include <gtest/gtest.h>

namespace testlooper::codec {
namespace {

template <typename T>
void expect_round_trip(const T& value) {
  const auto text = to_json(value);
  const auto back = from_json<T>(text);
  ASSERT_TRUE(back) << back.error().text() << "\n" << text;
  EXPECT_EQ(*back, value) << text;
  EXPECT_EQ(text.find('\n'), text.npos);
}

ImageSpec some_image() {
  ImageSpec image;
  image.source = ImageSource::dockerfile;
  image.dockerfile = "docker/Dockerfile";
  image.with_docker = true;
  return image;
}

Config some_config() {
  Config config;
  config.name = "demo \"quoted\" \xC3\xA4\n";
  config.primary_branch = "main";
  config.os = "linux";
  config.image = some_image();
  config.variables = {{"A", "1"}, {"B", ""}};
  config.command = "make\nplan";
  config.warnings = {{3, "odd"}, {0, "more"}};
  return config;
}

TestPlan some_plan() {
  TestPlan plan;
  Environment broken;
  broken.name = "windows";
  broken.image.source = ImageSource::unsupported;
  broken.image.unsupported = "no";
  Environment linux;
  linux.name = "linux";
  linux.image = some_image();
  linux.variables = {{"X", "y"}};
  linux.min_cores = 1.5;
  linux.min_ram_gb = 0.1;
  linux.custom_setup = "true";
  plan.environments = {linux, broken};
  plan.builds = {{"app", "linux", {{"lib", "/lib"}}, "make", {{"src", "Makefile"}}},
                 {"lib", "linux", {}, "make lib", std::nullopt}};
  plan.suites = {{"unit",
                  "unit",
                  "linux",
                  {{"app", "/app"}},
                  "list",
                  "run",
                  "repeat",
                  Seconds{30},
                  Isolation::automatic},
                 {"perf", "perf", "linux", {}, "list", "run", "", std::nullopt, std::nullopt}};
  plan.warnings = {{7, "w"}};
  return plan;
}

TEST(StoreJson, EachTypeComesBackAsItWas) {
  expect_round_trip(Variables{{"A", "b"}, {"", ""}});
  expect_round_trip(some_image());
  expect_round_trip(some_config());
  expect_round_trip(some_plan());
  expect_round_trip(some_plan().environments[1]);
  expect_round_trip(some_plan().builds[0]);
  expect_round_trip(some_plan().suites[0]);
  expect_round_trip(some_plan().suites[1]);
  expect_round_trip(std::vector<Warning>{{1, "a"}});
  expect_round_trip(std::vector<std::string>{"slow", "", "\t"});
  expect_round_trip(
      std::vector<Stage>{{"setup", Outcome::passed, Microseconds{12}},
                         {"call", Outcome::timed_out, Microseconds{1'000'000'000'000}}});
}

TEST(StoreJson, DefaultsComeBackAsTheyWere) {
  expect_round_trip(Variables{});
  expect_round_trip(ImageSpec{});
  expect_round_trip(Config{});
  expect_round_trip(TestPlan{});
  expect_round_trip(TestFilter{});
  expect_round_trip(std::vector<Stage>{});
}

TEST(StoreJson, AFiltersAbsentPartIsNotItsEmptyPart) {
  TestFilter filter;
  filter.suites = {"unit"};
  filter.labels = std::vector<std::string>{};
  filter.regex = "a|b";
  expect_round_trip(filter);
  EXPECT_EQ(to_json(filter),
            R"({"labels":[],"paths":null,"regex":"a|b","suites":["unit"],"tests":null})");
}

TEST(StoreJson, TheFormIsCompactAndStable) {
  EXPECT_EQ(to_json(std::vector<Stage>{{"call", Outcome::xfailed, Microseconds{5}}}),
            R"([{"duration_us":5,"name":"call","outcome":"xfailed"}])");
  EXPECT_EQ(
      to_json(some_plan().suites[0]),
      R"({"dependencies":{"app":"/app"},"environment":"linux","isolation":"auto","kind":"unit",)"
      R"("list_tests":"list","name":"unit","repeat_tests":"repeat","run_tests":"run","timeout_s":30})");
}

TEST(StoreJson, AbsentMembersAreDefaultsAndUnknownOnesAreLeftAlone) {
  const auto config = from_json<Config>(R"({"name": "x", "from the future": [1]})");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->name, "x");
  EXPECT_EQ(config->image, ImageSpec{});
}

TEST(StoreJson, WhatCannotBeReadIsAnErrorThatNamesTheMember) {
  EXPECT_FALSE(from_json<Config>("{"));
  EXPECT_FALSE(from_json<Config>("[]"));
  EXPECT_FALSE(from_json<Variables>(R"({"A": 1})"));
  EXPECT_FALSE(from_json<std::vector<std::string>>("{}"));
  const auto config = from_json<Config>(R"({"image": {"source": "magic"}})");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().text(),
            "stored JSON cannot be read: image: source: no source of images");
  EXPECT_FALSE(from_json<std::vector<Stage>>(R"([{"outcome": "fine"}])"));
}

TEST(StoreJson, BrokenUtf8CannotBreakTheStore) {
  EXPECT_EQ(to_json(std::vector<std::string>{"a\xFF"}), "[\"a\xEF\xBF\xBD\"]");
}

}  // namespace
}  // namespace testlooper::codec
