#include "codec/condition_text.hpp"

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::codec {
namespace {

using Words = std::vector<std::string>;

std::string error_of(const Words& words) {
  const auto parsed = parse_condition(words);
  return parsed ? std::string("none") : parsed.error().text();
}

TEST(ConditionText, EachFactorIsReadAndWrittenInOneOrder) {
  const auto parsed = parse_condition(
      {"TZ=Asia/Tokyo", "repeat=3", "copies=2", "stress=4", "seed=7", "clock=2028-02-29T23:59:50",
       "order=shuffle:12", "network=none", "memory=1g", "cpus=.5", "env:http_proxy=a=b", "EMPTY="});
  ASSERT_TRUE(parsed) << parsed.error().text();
  EXPECT_EQ(parsed->cpus, .5);
  EXPECT_EQ(parsed->memory_mb, 1024);
  EXPECT_TRUE(parsed->no_network);
  EXPECT_EQ(parsed->order.kind, OrderKind::shuffle);
  EXPECT_EQ(parsed->order.seed, 12u);
  EXPECT_EQ(parsed->seed, 7u);
  EXPECT_EQ(parsed->variables.at("http_proxy"), "a=b");
  EXPECT_EQ(condition_words(*parsed),
            (Words{"cpus=0.5", "memory=1024m", "network=none", "order=shuffle:12",
                   "clock=2028-02-29T23:59:50", "seed=7", "stress=4", "copies=2", "repeat=3",
                   "EMPTY=", "TZ=Asia/Tokyo", "env:http_proxy=a=b"}));
}

TEST(ConditionText, TextAndValueAreTheSameThereAndBack) {
  for (const auto& words :
       {Words{}, Words{"order=alone"}, Words{"order=original"}, Words{"order=reverse"},
        Words{"after=b.py::two words[a=b]", "after=a.py::one"}, Words{"clock=-12h", "cpus=2"}}) {
    const auto parsed = parse_condition(words);
    ASSERT_TRUE(parsed) << parsed.error().text();
    EXPECT_EQ(parse_condition(condition_words(*parsed)).value(), *parsed);
    EXPECT_EQ(parse_condition_text(condition_text(*parsed)).value(), *parsed);
  }
  EXPECT_TRUE(parse_condition({})->plain());
  EXPECT_EQ(condition_text({}), "");
  const auto after = parse_condition({"after=b::t", "after=a::t"});
  EXPECT_EQ(after->order.before, (Words{"b::t", "a::t"})) << "in the order in which they shall run";
}

TEST(ConditionText, WhatIsWrongIsNamed) {
  EXPECT_EQ(error_of({"cpus"}),
            "condition 'cpus': must be FACTOR=VALUE: cpus, memory, network, order, after, clock, "
            "seed, stress, copies, repeat, a variable's NAME, or env:NAME");
  EXPECT_TRUE(error_of({"cpu=.5"}).starts_with("condition 'cpu=.5': there is no such factor"))
      << "a misspelt factor is no variable";
  EXPECT_EQ(error_of({"TEST_INPUT=x"}), "condition 'TEST_INPUT=x': TEST_INPUT is TestLooper's own");
  EXPECT_EQ(error_of({"TZ=a", "TZ=b"}), "condition 'TZ=b': TZ is there twice");
  EXPECT_EQ(error_of({"order=shuffle"}),
            "condition 'order=shuffle': must be alone, original, reverse or shuffle:SEED");
  EXPECT_EQ(error_of({"order=reverse", "after=a::t"}),
            "condition: order and after exclude each other");
  for (const auto* word : {"cpus=0",          "cpus=nan",
                           "cpus=-1",         "cpus=99999",
                           "cpus=1x",         "memory=256",
                           "memory=1m",       "memory=m",
                           "memory=-5g",      "memory=999999999999999999g",
                           "network=bridge",  "order=",
                           "order=shuffle:",  "order=shuffle:x",
                           "after=",          "after=a\nb",
                           "clock=30d",       "clock=+d",
                           "clock=+1w",       "clock=2028-13-01T00:00:00",
                           "clock=$(reboot)", "clock=+1d' x",
                           "seed=-1",         "seed=4294967296",
                           "stress=0",        "stress=65",
                           "copies=1",        "copies=17",
                           "repeat=1",        "repeat=101",
                           "A B=c",           "=x",
                           "env:=x",          "X=a\nb"}) {
    EXPECT_NE(error_of({word}), "none") << word;
  }
}

TEST(ConditionText, ItsSizeIsLimited) {
  Words many(limits::kConditionParts + 1, "after=a::t");
  EXPECT_EQ(error_of(many), "condition: has more than 2000 words");
  EXPECT_EQ(error_of({"A=" + std::string(limits::kConditionBytes, 'x')}),
            "condition: is larger than 256 KB");
}

}  // namespace
}  // namespace testlooper::codec
