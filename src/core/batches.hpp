// How the tests that lack a run are cut into tasks. Pure. A suite that is short stays whole: its
// command costs a start each time, and its tests were written to run together. A long one is cut
// where it was listed, because neighbours share fixtures and imports.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/time.hpp"

namespace testlooper::core {

struct TimedTest {
  TestId test;
  std::optional<Microseconds> duration;  // absent where it was never measured
};

struct Batch {
  std::vector<TestId> tests;  // in the order given
  Microseconds expected{0};   // of its tests, one after the other
  bool measured = false;      // most of them were
};

// What a test that was never measured is taken to take: as its measured neighbours do on average.
Microseconds usual_duration(std::span<const TimedTest> tests);

// Each test once; the batch that takes longest comes first. A test of at least `target` is alone.
std::vector<Batch> cut_into_batches(std::span<const TimedTest> tests, Milliseconds target);

}  // namespace testlooper::core
