#include "codec/utf8.hpp"

#include <gtest/gtest.h>

#include "codec/names.hpp"

namespace testlooper::codec {
namespace {

TEST(Utf8, ValidTextIsLeftAlone) {
  const std::string text = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z";
  EXPECT_TRUE(is_valid_utf8(text));
  EXPECT_EQ(valid_utf8(text), text);
}

TEST(Utf8, BrokenSequencesBecomeReplacementCharacters) {
  EXPECT_EQ(valid_utf8("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(valid_utf8("\xC3"), "\xEF\xBF\xBD");
  EXPECT_EQ(valid_utf8("\xE2\x82z"), "\xEF\xBF\xBDz");
  EXPECT_EQ(valid_utf8("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(valid_utf8("\xED\xA0\x80").size(), 9u) << "a surrogate is no character";
  EXPECT_EQ(valid_utf8(std::string_view("a\0b", 3)),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_FALSE(is_valid_utf8("\xF4\x90\x80\x80"));
}

TEST(Utf8, CapKeepsHeadAndTailAndSaysHowMuchIsGone) {
  const auto capped = capped_utf8(std::string(500, 'a') + std::string(500, 'z'), 200);
  EXPECT_LE(capped.size(), 200u);
  EXPECT_TRUE(capped.starts_with("aaaa"));
  EXPECT_TRUE(capped.ends_with("zzzz"));
  EXPECT_TRUE(capped.contains("[… 850 bytes left out]")) << capped;
  EXPECT_EQ(capped_utf8("short", 200), "short");
}

TEST(Utf8, CapCutsBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "\xE2\x82\xAC";
  for (std::size_t max = 0; max < 300; ++max) {
    const auto capped = capped_utf8(text, max);
    EXPECT_LE(capped.size(), max);
    EXPECT_TRUE(is_valid_utf8(capped)) << max;
  }
}

TEST(Utf8, QuotedTextIsOneShortLine) {
  EXPECT_EQ(quoted_for_people("a\nb\x1b[1m", 60), "'a b [1m'");
  EXPECT_EQ(quoted_for_people("abcdef", 3), "'abc…'");
  EXPECT_EQ(quoted_for_people("ab\xC3\xA4z", 3), "'ab…'");
}

TEST(Names, EachOutcomeHasOneName) {
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    EXPECT_EQ(outcome_named(outcome_name(outcome)), outcome);
  }
  EXPECT_EQ(outcome_name(Outcome::timed_out), "timed_out");
  EXPECT_EQ(outcome_named("broken"), std::nullopt);
}

}  // namespace
}  // namespace testlooper::codec
