#include "lab/compare.hpp"

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

}  // namespace

double log_bayes_factor(Counts a, Counts b) {
  return log_marginal(a) + log_marginal(b) - log_marginal(a + b);
}

}  // namespace testlooper::lab
