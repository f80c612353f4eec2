#include "codec/yaml.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/cpu_time.hpp"

namespace testlooper::codec {
namespace {

std::string error_of(std::string_view text, const YamlOptions& options = {}) {
  const auto document = parse_yaml(text, "f.yaml", options);
  return document ? "" : document.error().text();
}

TEST(Yaml, KeepsTheTextOfValuesAndTheLinesTheyStandOn) {
  const auto document = parse_yaml("a: 1.0\nb:\n  - 'x'\n  - yes\n", "f");
  ASSERT_TRUE(document);
  const auto entries = document->root().entries();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].key.text(), "a");
  EXPECT_EQ(entries[0].value.text(), "1.0");
  EXPECT_EQ(entries[0].value.line(), 1);
  const auto items = entries[1].value.items();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].text(), "x");
  EXPECT_TRUE(items[0].quoted());
  EXPECT_EQ(items[1].text(), "yes");
  EXPECT_FALSE(items[1].quoted());
  EXPECT_EQ(items[1].line(), 4);
}

TEST(Yaml, NothingIsNull) {
  for (const auto* text : {"", "\n\n", "# only a comment\n", "---\n", "~", "null"}) {
    const auto document = parse_yaml(text, "f");
    ASSERT_TRUE(document) << text;
    EXPECT_TRUE(document->root().is_null()) << text;
  }
}

TEST(Yaml, QuotedNullIsText) {
  const auto document = parse_yaml("'null'", "f");
  ASSERT_TRUE(document);
  EXPECT_TRUE(document->root().is_scalar());
}

TEST(Yaml, AliasesReadAsWhatTheyName) {
  const auto document = parse_yaml("a: &x [1, 2]\nb: *x\n", "f");
  ASSERT_TRUE(document);
  const auto alias = document->root().entries()[1].value;
  EXPECT_EQ(alias.line(), 2);
  ASSERT_EQ(alias.items().size(), 2u);
  EXPECT_EQ(alias.items()[1].text(), "2");
}

TEST(Yaml, MergeKeysAddWhatIsNotThere) {
  const auto document =
      parse_yaml("base: &b {x: 1, y: 2}\nmore: &m {z: 3}\nuse: {<<: [*b, *m], x: 9}\n", "f");
  ASSERT_TRUE(document);
  std::string seen;
  for (const auto& [key, value] : document->root().entries()[2].value.entries()) {
    seen += std::string(key.text()) + "=" + std::string(value.text()) + " ";
  }
  EXPECT_EQ(seen, "x=9 y=2 z=3 ");
}

TEST(Yaml, MergingSomethingElseThanAMapIsAnError) {
  EXPECT_EQ(error_of("a: 1\nb:\n  <<: 5\n"), "f.yaml:3: '<<' merges a map, or a list of maps");
}

TEST(Yaml, ErrorsNameTheLine) {
  EXPECT_EQ(error_of("a: 1\nb: c: d\n").substr(0, 9), "f.yaml:2:");
  EXPECT_EQ(error_of("a: [1, 2\nb: 3\n").substr(0, 7), "f.yaml:");
  EXPECT_EQ(error_of("a: b\nc: \"\xff\"\n"),
            "f.yaml:2: not a text that YAML allows: invalid leading UTF-8 octet");
}

TEST(Yaml, AKeyThatIsThereTwiceIsAnError) {
  EXPECT_EQ(error_of("a: 1\nb: 2\na: 3\n"),
            "f.yaml:3: the key 'a' is there twice; the first is on line 1");
  std::string many;
  for (int i = 0; i < 100; ++i) many += "k" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(error_of(many + "k42: 1\n"),
            "f.yaml:101: the key 'k42' is there twice; the first is on line 43");
}

TEST(Yaml, RepeatedKeysCanBeAllowed) {
  const auto document = parse_yaml("a: 1\na: 2\n", "f", {.unique_keys = false});
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().entries().size(), 2u);
}

TEST(Yaml, KeysAreTexts) {
  EXPECT_EQ(error_of("[a]: 1\n"), "f.yaml:1: a key must be text");
  EXPECT_EQ(error_of("x: &x [1]\n? *x\n: 1\n"), "f.yaml:2: a key must be text");
}

TEST(Yaml, AnAnchorThatHoldsItselfIsAnError) {
  EXPECT_EQ(error_of("&a [1, *a]"), "f.yaml:1: the anchor 'a' holds itself");
  EXPECT_EQ(error_of("[*nobody]"), "f.yaml:1: no anchor is called 'nobody'");
}

TEST(Yaml, ASecondDocumentIsAnError) {
  EXPECT_EQ(error_of("a: 1\n---\nb: 2\n"),
            "f.yaml:2: a second document begins here; one is expected");
}

TEST(Yaml, NulCharactersAreAnError) {
  EXPECT_EQ(error_of("a: \"x\\0y\"\n"), "f.yaml:1: holds a NUL character");
}

TEST(Yaml, ALaughBombEndsAtTheLimitOfNodes) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += (j ? ", *a" : "*a") + std::to_string(i - 1);
    bomb += "]\n";
  }
  EXPECT_EQ(error_of(bomb).substr(0, 42), "f.yaml:6: more than 200000 values, aliases");
}

TEST(Yaml, DepthIsCountedThroughAliases) {
  std::string chain = "- &a0 [x]\n";
  for (int i = 1; i < 100; ++i) {
    chain += "- &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  }
  EXPECT_EQ(error_of(chain), "f.yaml:64: more than 64 levels deep");
}

TEST(Yaml, DepthHasALimit) {
  const std::string deep(64, '[');
  EXPECT_EQ(error_of(deep + std::string(64, ']')), "");
  EXPECT_EQ(error_of("[" + deep + std::string(65, ']')), "f.yaml:1: more than 64 levels deep");
  EXPECT_EQ(error_of("- " + std::string(1'000'000, '[')), "f.yaml:1: more than 64 levels deep");
}

TEST(Yaml, SizeHasALimit) {
  EXPECT_EQ(error_of("abcd", {.bytes = 3}), "f.yaml: larger than 3 bytes");
}

// A megabyte of any of these must cost no more than its bytes; the generous bound is for slow
// machines and sanitizers.
TEST(Yaml, NoMegabyteTakesLong) {
  for (const std::string unit : {"[", "{", "- ", "? ", "[a,", "a: ", "[a: b,", "!a ", "&a ", "\"",
                                 "'", "|\n", "#", "---\n", "a\n", "\t", "- &a b\n", "%", "[\n"}) {
    std::string text;
    while (text.size() + unit.size() <= 1'000'000) text += unit;
    const testing::CpuTimer timer;
    (void)parse_yaml(text, "f");
    EXPECT_LT(timer.seconds(), 2) << unit;
  }
}

TEST(Yaml, JsonIsTakenWithItsOwnRules) {
  const std::string key(2'000, 'k');
  const auto document =
      parse_yaml("{\n\t\"" + key + "\": \"\\ud83d\\ude00\",\n\t\"b\": [1.50, true, null]\n}", "f");
  ASSERT_TRUE(document);
  const auto entries = document->root().entries();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].key.text(), key);
  EXPECT_EQ(entries[0].value.text(), "\xF0\x9F\x98\x80");
  EXPECT_EQ(entries[1].key.line(), 3);
  const auto items = entries[1].value.items();
  EXPECT_EQ(items[0].text(), "1.50");
  EXPECT_EQ(items[1].text(), "true");
  EXPECT_TRUE(items[2].is_null());
}

TEST(Yaml, BracesThatAreNoJsonAreYaml) {
  const auto document = parse_yaml("{a: b, c: [d]}", "f");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().entries()[0].value.text(), "b");
}

TEST(Json, LinesAreThoseOfTheValues) {
  const auto document = parse_json("[\n1\n,\n{\"a\":\n2}\n]", "f");
  ASSERT_TRUE(document);
  const auto items = document->root().items();
  EXPECT_EQ(items[0].line(), 2);
  EXPECT_EQ(items[1].line(), 4);
  EXPECT_EQ(items[1].entries()[0].value.line(), 5);
}

TEST(Json, TellsACutTextFromABrokenOne) {
  for (const auto* cut :
       {"", "{", "{\"a", "{\"a\"", "{\"a\":", "{\"a\": tr", "{\"a\": \"\\u12", "[1"}) {
    const auto document = parse_json(cut, "f");
    ASSERT_FALSE(document) << cut;
    EXPECT_EQ(document.error().message, kEndsTooEarly) << cut;
  }
  for (const auto* broken : {"{]", "{\"a\": 1}}", "{a: 1}", "[1,]"}) {
    const auto document = parse_json(broken, "f");
    ASSERT_FALSE(document) << broken;
    EXPECT_NE(document.error().message, kEndsTooEarly) << broken;
  }
}

TEST(Json, SkippedMembersAreReadOver) {
  YamlOptions options;
  options.skipped_members = {"no"};
  const auto document = parse_json(
      R"({"no": {"a": [1, {"no": 2}]}, "yes": 1, "in": [{"no": 5, "x": 2}]})", "f", options);
  ASSERT_TRUE(document);
  const auto entries = document->root().entries();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].key.text(), "yes");
  EXPECT_EQ(entries[1].value.items()[0].entries().size(), 1u);
}

TEST(Json, SkippedMembersHaveADepthToo) {
  YamlOptions options;
  options.skipped_members = {"no"};
  const auto document = parse_json("{\"no\": " + std::string(100'000, '['), "f", options);
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().message, "more than 64 levels deep");
}

TEST(Json, RepeatedMembersAreAnError) {
  const auto document = parse_json("{\"a\": 1,\n\"a\": 2}", "f");
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().text(), "f:2: the key 'a' is there twice; the first is on line 1");
}

}  // namespace
}  // namespace testlooper::codec
