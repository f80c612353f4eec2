#include "lab/compare.hpp"

#include <cmath>

#include <boost/math/special_functions/gamma.hpp>

namespace testlooper::lab {
namespace {

double log_marginal(Counts counts) {
  const auto k = static_cast<double>(counts.failures) + 1;
  const auto passes = static_cast<double>(counts.passes()) + 1;
  return boost::math::lgamma(k) + boost::math::lgamma(passes) - boost::math::lgamma(k + passes);
}

}  // namespace

double log_bayes_factor(Counts a, Counts b) {
  return log_marginal(a) + log_marginal(b) - log_marginal(a + b);
}

}  // namespace testlooper::lab
