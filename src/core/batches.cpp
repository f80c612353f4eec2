#include "core/batches.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_set>
#include <utility>

#include "testlooper/base/limits.hpp"

namespace testlooper::core {
namespace {

void add(Batch& batch, TestId test, Microseconds duration) {
  batch.tests.push_back(test);
  batch.expected += duration;
}

void tell_measured(std::span<const TimedTest> tests, std::vector<Batch>& batches) {
  std::unordered_set<TestId> known;
  for (const auto& each : tests) {
    if (each.duration) known.insert(each.test);
  }
  for (auto& batch : batches) {
    const auto of_it =
        std::ranges::count_if(batch.tests, [&](auto id) { return known.contains(id); });
    batch.measured = of_it * 2 > std::ssize(batch.tests);
  }
}

}  // namespace

Microseconds usual_duration(std::span<const TimedTest> tests) {
  Microseconds sum{0};
  std::int64_t known = 0;
  for (const auto& each : tests) {
    if (!each.duration) continue;
    sum += *each.duration;
    ++known;
  }
  return known > 0 ? sum / known : Microseconds{Milliseconds{limits::kGuessedTestMs}};
}

std::vector<Batch> cut_into_batches(std::span<const TimedTest> tests, Milliseconds target) {
  const auto guess = usual_duration(tests);
  std::vector<Batch> batches;
  Batch rest;  // those that are not alone
  std::vector<Microseconds> durations;
  for (const auto& each : tests) {
    const auto duration = each.duration.value_or(guess);
    if (duration >= target && tests.size() > 1) {
      add(batches.emplace_back(), each.test, duration);
    } else {
      add(rest, each.test, duration);
      durations.push_back(duration);
    }
  }
  // Rounded, so that a suite of little more than the target is not cut in two.
  const auto pieces =
      std::clamp<std::int64_t>(std::llround(static_cast<double>(rest.expected.count()) /
                                            static_cast<double>(Microseconds{target}.count())),
                               1, std::ssize(durations) + 1);
  const auto share = rest.expected / pieces;
  Batch piece;
  std::int64_t cut = 1;
  Microseconds passed{0};
  for (std::size_t i = 0; i < durations.size(); ++i) {
    // A test belongs to the piece in which its middle lies.
    if (!piece.tests.empty() && cut < pieces && passed + durations[i] / 2 >= share * cut) {
      batches.push_back(std::exchange(piece, {}));
      ++cut;
    }
    add(piece, rest.tests[i], durations[i]);
    passed += durations[i];
  }
  if (!piece.tests.empty()) batches.push_back(std::move(piece));
  tell_measured(tests, batches);
  std::ranges::sort(batches, {}, [](const Batch& each) {
    return std::pair{-each.expected, each.tests.empty() ? TestId{} : each.tests.front()};
  });
  return batches;
}

}  // namespace testlooper::core
