#include "lab/compare.hpp"

#include <cmath>

#include <boost/math/special_functions/gamma.hpp>

namespace testlooper::lab {
namespace {

constexpr double kPrior = .5;

double log_beta(double a, double b) {
  return boost::math::lgamma(a) + boost::math::lgamma(b) - boost::math::lgamma(a + b);
}

double log_marginal(Counts counts) {
  return log_beta(static_cast<double>(counts.failures) + kPrior,
                  static_cast<double>(counts.passes()) + kPrior) -
         log_beta(kPrior, kPrior);
}

}  // namespace

double log_bayes_factor(Counts a, Counts b) {
  return log_marginal(a) + log_marginal(b) - log_marginal(a + b);
}

}  // namespace testlooper::lab
