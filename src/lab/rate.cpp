#include "lab/rate.hpp"

#include <boost/math/special_functions/beta.hpp>

#include "testlooper/base/check.hpp"

namespace testlooper::lab {
namespace {

using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;

// Of the distribution Beta(a, b).
double quantile(double a, double b, double at) {
  return boost::math::ibeta_inv(a, b, at, Policy{});
}
double upper_quantile(double a, double b, double above) {
  return boost::math::ibetac_inv(a, b, above, Policy{});
}

void check(Counts counts, double confidence) {
  TL_CHECK(counts.failures >= 0 && counts.failures <= counts.runs);
  TL_CHECK(confidence > 0 && confidence < 1);
}

}  // namespace

Interval jeffreys(Counts counts, double confidence) {
  check(counts, confidence);
  if (counts.runs == 0) return {};
  const auto a = static_cast<double>(counts.failures) + .5;
  const auto b = static_cast<double>(counts.passes()) + .5;
  const auto risk = 1 - confidence;
  if (counts.failures == 0) return {0, upper_quantile(a, b, risk)};
  if (counts.passes() == 0) return {quantile(a, b, risk), 1};
  return {quantile(a, b, risk / 2), upper_quantile(a, b, risk / 2)};
}

Interval clopper_pearson(Counts counts, double confidence) {
  check(counts, confidence);
  const auto k = static_cast<double>(counts.failures);
  const auto passes = static_cast<double>(counts.passes());
  const auto risk = (1 - confidence) / 2;
  return {counts.failures == 0 ? 0 : quantile(k, passes + 1, risk),
          counts.passes() == 0 ? 1 : upper_quantile(k + 1, passes, risk)};
}

}  // namespace testlooper::lab
