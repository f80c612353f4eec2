// Which failures are one failure? By what their messages say, and by which tests fail together.
// Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace testlooper::lab {

// The message with everything left out that differs from run to run: dates, times, addresses, ids,
// numbers, temporary paths, thread names. Long base64-like and hex runs, and any digits, become "%"
// (as in Chromium's LUCI Analysis, "failure reason clustering"); spaces are one space. Two messages
// of one cause are then mostly equal. Only the first limits::kMessageBytes are looked at.
std::string normalised(std::string_view message);

// The hex SHA-256 (FIPS 180-4) of normalised(message): the key of its cluster, stable for ever, so
// that it may be stored and told to other systems.
std::string cluster_key(std::string_view message);

// A test and the attempts in which it failed, ascending.
struct FailedIn {
  std::vector<std::size_t> attempts;
};

// Groups of tests (by their place) that fail together: two are linked where the attempts in which
// both failed are at least `share` of those in which either did (Jaccard's coefficient), and at
// least `least` of them; groups are what links connect, in average (agglomerative, unweighted
// average linkage, as in Parry et al., "Systemic Flakiness", 2025, which found 75 % of flaky tests
// in such clusters). Ascending; tests that fail alone are in none.
std::vector<std::vector<std::size_t>> failing_together(const std::vector<FailedIn>& tests,
                                                       double share = .5, std::size_t least = 2);

}  // namespace testlooper::lab
