// Does a test flake, since when, how often, and is that over? From what it did at each commit.
// Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "lab/change.hpp"
#include "lab/rate.hpp"

namespace testlooper::lab {

// What a test did at a commit, in one environment.
struct AtCommit {
  Counts counts;
  // The commit is one of the first parents of the primary branch's head (see first_parents()). What
  // is beside them may be broken by its own changes, so it tells nothing where nothing passed. So
  // it is no fair sample of the rate either: whether it tells depends on how it ended.
  bool on_line = true;

  // It passed and failed there, so the commit is not what decides.
  bool mixed() const { return counts.failures > 0 && counts.passes() > 0; }
  bool tells() const { return on_line || counts.passes() > 0; }
};

struct FlakySettings {
  double risk = .05;  // of calling it fixed although it fails as often as before
  ChangeSettings change;
};

enum class Trend { steady, worse, better };

struct Flakiness {
  // False: proven fixed. Newer commits had so many passes and no failure that the old rate would
  // have allowed it with a probability of at most `risk`.
  bool flaky = true;
  Counts rate;                  // since the newest change, on the line if it failed there
  Trend trend = Trend::steady;  // what the newest change was
  std::vector<Change> changes;  // along the line; their places are those of the history
  std::size_t first_mixed = 0;
  std::size_t last_mixed = 0;
  // The newest place that tells of flaking: mixed outcomes, or a failure on the line that newer
  // commits of the line do not have.
  std::size_t last_evidence = 0;
  Counts old;                      // the same, up to that place
  std::int64_t passes_since = 0;   // on the line, after that place
  std::int64_t passes_needed = 0;  // passes_to_exclude(old, risk)
};

// `history` is in an order in which parents come before children. Nothing where no commit has mixed
// outcomes: whoever never passed and failed at one commit may just be broken now and then.
std::optional<Flakiness> assess(const std::vector<AtCommit>& history, FlakySettings settings = {});

// The history's counts, those that tell, in at most `most` groups of neighbours, oldest first.
std::vector<Counts> summed_up(const std::vector<AtCommit>& history, std::size_t most);

}  // namespace testlooper::lab
