#include "lab/change.hpp"

#include <algorithm>
#include <cmath>

#include "lab/log_beta.hpp"

namespace testlooper::lab {
namespace {

constexpr double kFailures = .3;
constexpr double kPasses = .5;
constexpr std::size_t kMostTabled = 1u << 20;

// lgamma(i + offset), by lgamma(x + 1) = lgamma(x) + ln x.
std::vector<double> table(double offset, std::size_t size) {
  std::vector<double> values{log_gamma(offset)};
  while (values.size() <= size) {
    values.push_back(values.back() + std::log(static_cast<double>(values.size() - 1) + offset));
  }
  return values;
}

double at(const std::vector<double>& values, double offset, std::int64_t count) {
  const auto index = static_cast<std::size_t>(count);
  return index < values.size() ? values[index] : log_gamma(static_cast<double>(count) + offset);
}

Counts sum(const std::vector<Counts>& series, std::size_t begin, std::size_t end) {
  Counts total;
  for (auto i = begin; i < end; ++i) total = total + series[i];
  return total;
}

Counts minus(Counts a, Counts b) { return {a.failures - b.failures, a.runs - b.runs}; }

// For each boundary in (begin, end), how much likelier two rates are than one.
std::vector<double> all_boundaries(const std::vector<Counts>& series, std::size_t begin,
                                   std::size_t end, const Marginal& marginal) {
  const auto total = sum(series, begin, end);
  const auto one = marginal(total);
  Counts left;
  std::vector<double> odds;
  for (auto i = begin + 1; i < end; ++i) {
    left = left + series[i - 1];
    odds.push_back(marginal(left) + marginal(minus(total, left)) - one);
  }
  return odds;
}

void split(const std::vector<Counts>& series, std::size_t begin, std::size_t end,
           const Marginal& marginal, double log_odds, std::vector<Change>& found) {
  const auto best = best_boundary(series, begin, end, marginal);
  if (best.log_odds <= log_odds) return;
  split(series, begin, best.position, marginal, log_odds, found);
  found.push_back(
      {.position = best.position, .log_odds = best.log_odds, .before = {}, .after = {}});
  split(series, best.position, end, marginal, log_odds, found);
}

// Each place as likely before as any other, so the posterior is proportional to the likelihood.
void locate(Change& change, const std::vector<Counts>& series, std::size_t begin, std::size_t end,
            const Marginal& marginal, double confidence) {
  auto weights = all_boundaries(series, begin, end, marginal);
  const auto most = std::ranges::max(weights);
  double total = 0;
  for (auto& weight : weights) total += weight = std::exp(weight - most);
  const auto tail = (1 - confidence) / 2 * total;
  std::size_t first = 0;
  auto left = weights[first];
  while (left < tail) left += weights[++first];
  auto last = weights.size() - 1;
  auto right = weights[last];
  while (right < tail) right += weights[--last];
  change.earliest = begin + 1 + first;
  change.latest = begin + 1 + last;
}

}  // namespace

Marginal::Marginal(std::size_t table_runs)
    : failures_(table(kFailures, std::min(table_runs, kMostTabled))),
      passes_(table(kPasses, std::min(table_runs, kMostTabled))),
      runs_(table(kFailures + kPasses, std::min(table_runs, kMostTabled))) {}

double Marginal::operator()(Counts counts) const {
  const auto ends = failures_[0] + passes_[0] - runs_[0];
  return at(failures_, kFailures, counts.failures) + at(passes_, kPasses, counts.passes()) -
         at(runs_, kFailures + kPasses, counts.runs) - ends;
}

Boundary best_boundary(const std::vector<Counts>& series, std::size_t begin, std::size_t end,
                       const Marginal& marginal) {
  Boundary best{.position = begin, .log_odds = 0};
  if (end < begin + 2) return best;
  const auto odds = all_boundaries(series, begin, end, marginal);
  // Of equals the last: between them are places without runs.
  for (std::size_t i = 0; i < odds.size(); ++i) {
    if (odds[i] >= best.log_odds) best = {begin + 1 + i, odds[i]};
  }
  return best;
}

std::vector<Change> find_changes(const std::vector<Counts>& series, ChangeSettings settings) {
  const auto total = sum(series, 0, series.size());
  const Marginal marginal(static_cast<std::size_t>(total.runs));
  std::vector<Change> changes;
  split(series, 0, series.size(), marginal, std::log(settings.odds), changes);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto begin = i == 0 ? 0 : changes[i - 1].position;
    const auto end = i + 1 < changes.size() ? changes[i + 1].position : series.size();
    changes[i].before = sum(series, begin, changes[i].position);
    changes[i].after = sum(series, changes[i].position, end);
    locate(changes[i], series, begin, end, marginal, settings.confidence);
  }
  return changes;
}

std::vector<int> first_parents(const Ancestry& ancestry, int head) {
  std::vector<int> line{head};
  while (!ancestry.parents(line.back()).empty()) {
    line.push_back(ancestry.parents(line.back()).front());
  }
  std::ranges::reverse(line);
  return line;
}

}  // namespace testlooper::lab
