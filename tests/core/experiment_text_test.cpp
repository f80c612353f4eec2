#include "core/experiment_text.hpp"

#include <gtest/gtest.h>

namespace testlooper::core {
namespace {

TEST(ExperimentText, nothing_that_follows_from_runs_is_certain) {
  EXPECT_EQ(sure_text(.974), "97 % sure");
  EXPECT_EQ(sure_text(.9904), "more than 99 % sure");
  EXPECT_EQ(sure_text(1), "more than 99 % sure");
}

TEST(ExperimentText, a_rate_that_no_search_measures_is_no_number) {
  EXPECT_EQ(rate_before_text(3.5e-6), "almost none");
  EXPECT_EQ(rate_before_text(.0012), "about 0.12 %");
  EXPECT_EQ(rate_before_text(.115), "about 12 %");
}

}  // namespace
}  // namespace testlooper::core
