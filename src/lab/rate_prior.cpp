#include "lab/rate_prior.hpp"

#include <cmath>

#include "testlooper/base/check.hpp"

namespace testlooper::lab {
namespace {

double odds(double rate) { return rate / (1 - rate); }

// High rates before are rare, as a test that failed often would have been looked after; very low
// ones are nearly "never", which has a share of its own.
double weight_before(double rate) { return std::pow(rate, .2) * std::pow(1 - rate, 3); }

double weight_after(double rate, double rare) {
  return std::pow(1 - rate, 1.5) * std::pow(rate / (rate + rare), 2);
}

}  // namespace

RatePrior::RatePrior(const RatePriorSettings& settings) {
  TL_CHECK(settings.rates >= 2 && settings.lowest > 0 && settings.highest < 1);
  const auto low = std::log(odds(settings.lowest));
  const auto step = (std::log(odds(settings.highest)) - low) / (settings.rates - 1);
  rates.push_back(0);
  for (int i = 0; i < settings.rates; ++i) rates.push_back(1 / (1 + std::exp(-(low + step * i))));

  const auto count = rates.size();
  pairs.assign(count * count, 0);
  double never = 0;
  double other = 0;
  for (std::size_t after = 1; after < count; ++after) {
    const auto weight = weight_after(rates[after], settings.rare);
    pairs[after] = weight;
    never += weight;
    for (std::size_t before = 1; before < after; ++before) {
      if (odds(rates[after]) < settings.odds_ratio * odds(rates[before])) break;
      const auto contrast = odds(rates[after]) / odds(rates[before]);
      other += pairs[before * count + after] =
          weight_before(rates[before]) * weight * std::pow(contrast, -settings.moderation);
    }
  }
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i] *= i < count ? settings.never_failed / never : (1 - settings.never_failed) / other;
  }
  constant.assign(count, (1 - settings.never_at_all) / static_cast<double>(count - 1));
  constant[0] = settings.never_at_all;
}

}  // namespace testlooper::lab
