#include "lab/flaky.hpp"

#include <algorithm>

#include "lab/prove.hpp"

namespace testlooper::lab {
namespace {

// Changes along the line, with places of the history.
std::vector<Change> changes_of(const std::vector<AtCommit>& history, ChangeSettings settings) {
  std::vector<Counts> series;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (!history[i].on_line || history[i].counts.runs == 0) continue;
    series.push_back(history[i].counts);
    places.push_back(i);
  }
  auto changes = find_changes(series, settings);
  for (auto& change : changes) {
    change.position = places[change.position];
    change.earliest = places[change.earliest];
    change.latest = places[change.latest];
  }
  return changes;
}

// How often it failed there. On the line all runs count; where none of them failed, those beside it
// are all that is known.
Counts told_between(const std::vector<AtCommit>& history, std::size_t begin, std::size_t end) {
  Counts line, all;
  for (auto i = begin; i < end; ++i) {
    if (history[i].on_line) line = line + history[i].counts;
    if (history[i].tells()) all = all + history[i].counts;
  }
  return line.failures > 0 ? line : all;
}

// Where the rate that holds at a place began.
std::size_t begin_of(const std::vector<Change>& changes, std::size_t place) {
  std::size_t begin = 0;
  for (const auto& change : changes) {
    if (change.position <= place) begin = change.position;
  }
  return begin;
}

Trend trend_of(const std::vector<Change>& changes) {
  if (changes.empty()) return Trend::steady;
  const auto rate = [](Counts counts) {
    return counts.runs == 0
               ? 0.0
               : static_cast<double>(counts.failures) / static_cast<double>(counts.runs);
  };
  const auto& newest = changes.back();
  return rate(newest.after) > rate(newest.before) ? Trend::worse : Trend::better;
}

std::size_t last_evidence(const std::vector<AtCommit>& history) {
  bool passes_later = false;
  for (auto i = history.size(); i-- > 0;) {
    const auto& at = history[i];
    if (at.mixed() || (at.on_line && at.counts.failures > 0 && passes_later)) return i;
    passes_later = passes_later || (at.on_line && at.counts.passes() > 0);
  }
  return 0;
}

std::int64_t passes_after(const std::vector<AtCommit>& history, std::size_t place) {
  std::int64_t passes = 0;
  for (auto i = place + 1; i < history.size(); ++i) {
    if (history[i].on_line) passes += history[i].counts.passes();
  }
  return passes;
}

}  // namespace

std::optional<Flakiness> assess(const std::vector<AtCommit>& history, FlakySettings settings) {
  const auto first = std::ranges::find_if(history, &AtCommit::mixed);
  if (first == history.end()) return std::nullopt;
  Flakiness found;
  found.first_mixed = static_cast<std::size_t>(first - history.begin());
  for (auto i = found.first_mixed; i < history.size(); ++i) {
    if (history[i].mixed()) found.last_mixed = i;
  }
  found.changes = changes_of(history, settings.change);
  found.trend = trend_of(found.changes);
  found.rate = told_between(history, begin_of(found.changes, history.size() - 1), history.size());
  found.last_evidence = last_evidence(history);
  const auto begin = begin_of(found.changes, found.last_evidence);
  found.old = told_between(history, begin, found.last_evidence + 1);
  found.passes_since = passes_after(history, found.last_evidence);
  found.passes_needed = passes_to_exclude(found.old, settings.risk);
  found.flaky = found.passes_since < found.passes_needed;
  return found;
}

std::vector<Counts> summed_up(const std::vector<AtCommit>& history, std::size_t most) {
  std::vector<Counts> told;
  for (const auto& at : history) {
    if (at.tells() && at.counts.runs > 0) told.push_back(at.counts);
  }
  const auto size = std::max<std::size_t>(1, (told.size() + most - 1) / most);
  std::vector<Counts> groups;
  for (std::size_t i = 0; i < told.size(); ++i) {
    if (i % size == 0) groups.emplace_back();
    groups.back() = groups.back() + told[i];
  }
  return groups;
}

}  // namespace testlooper::lab
