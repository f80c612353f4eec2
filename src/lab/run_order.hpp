// Which tests a task under a condition names, and in which order. Pure.
#pragma once

#include <vector>

#include "testlooper/domain/condition.hpp"
#include "testlooper/domain/test.hpp"

namespace testlooper::lab {

struct OrderedTests {
  std::vector<TestName> tests;       // as TEST_INPUT names them; each once
  std::vector<TestName> companions;  // those of them that nobody asked about
  bool whole_suite = false;          // as it was listed, so that TEST_INPUT can stay unset
};

// `listed` is the suite as it was listed, `wanted` are some of its tests. Of the tests that are to
// run before them, the suite may lack some: they are left out.
OrderedTests ordered_tests(const RunOrder& order, const std::vector<TestName>& listed,
                           const std::vector<TestName>& wanted);

// The same order for the same seed, everywhere and for ever: Fisher and Yates' shuffle, of files,
// of the classes in each and of the tests in those. What belongs together stays together, as in
// every run that a framework makes: else what a class sets up would be taken down and set up again
// in the middle, and that may fail by itself.
std::vector<TestName> shuffled(std::vector<TestName> tests, std::uint64_t seed);

}  // namespace testlooper::lab
