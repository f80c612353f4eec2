#include "lab/compare.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "lab/log_beta.hpp"

namespace testlooper::lab {
namespace {

constexpr double kPrior = .5;

double log_marginal(Counts counts) {
  static const auto kWhole = log_beta(kPrior, kPrior);
  return log_beta(static_cast<double>(counts.failures) + kPrior,
                  static_cast<double>(counts.passes()) + kPrior) -
         kWhole;
}

// With a rate of sin^2 x, Jeffreys' posterior has the density sin(x)^2k cos(x)^2m of x: smooth, so
// that a midpoint rule is exact as soon as it resolves the peak, whose width is 1/(2 sqrt(runs)).
std::vector<double> posterior(Counts counts, std::size_t cells) {
  const auto k = 2 * static_cast<double>(counts.failures);
  const auto m = 2 * static_cast<double>(counts.passes());
  const auto step = std::numbers::pi / 2 / static_cast<double>(cells);
  std::vector<double> shares;
  for (std::size_t i = 0; i < cells; ++i) {
    const auto x = step * (static_cast<double>(i) + .5);
    shares.push_back(k * std::log(std::sin(x)) + m * std::log(std::cos(x)));
  }
  const auto most = std::ranges::max(shares);
  double sum = 0;
  for (auto& share : shares) sum += share = std::exp(share - most);
  for (auto& share : shares) share /= sum;
  return shares;
}

double probability_of_rise(Counts more, Counts less) {
  constexpr double kCellsAPeak = 8;
  const auto runs = static_cast<double>(std::max(more.runs, less.runs));
  const auto cells = static_cast<std::size_t>(64 + kCellsAPeak * std::sqrt(runs));
  const auto high = posterior(more, cells);
  const auto low = posterior(less, cells);
  double below = 0;
  double probability = 0;
  for (std::size_t i = 0; i < cells; ++i) {
    probability += high[i] * (below + low[i] / 2);
    below += low[i];
  }
  return probability;
}

}  // namespace

double log_bayes_factor(Counts a, Counts b) {
  return log_marginal(a) + log_marginal(b) - log_marginal(a + b);
}

double log_rise_factor(Counts more, Counts less) {
  return log_bayes_factor(more, less) + std::log(2 * probability_of_rise(more, less));
}

}  // namespace testlooper::lab
