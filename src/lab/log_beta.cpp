#include "lab/log_beta.hpp"

#include <boost/math/special_functions/gamma.hpp>

namespace testlooper::lab {

// Not std::lgamma(), which writes a global.
double log_gamma(double value) {
  using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
  return boost::math::lgamma(value, Policy{});
}

double log_beta(double a, double b) { return log_gamma(a) + log_gamma(b) - log_gamma(a + b); }

}  // namespace testlooper::lab
