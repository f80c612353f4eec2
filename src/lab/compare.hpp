// Do two series of runs fail at different rates? Pure; any thread.
#pragma once

#include "lab/rate.hpp"

namespace testlooper::lab {

// The logarithm of the Bayes factor of "two rates" against "one rate", all uniform before: the
// Beta-binomial marginal likelihoods B(k1 + 1, m1 + 1) B(k2 + 1, m2 + 1) / B(k1 + k2 + 1, m1 + m2 +
// 1) (Kass and Raftery, "Bayes Factors", Journal of the American Statistical Association 90, 1995).
// Above ln 20 the evidence is strong, however often it was looked at before: under "one rate" it
// ever gets there with a probability of at most 1/20.
double log_bayes_factor(Counts a, Counts b);

}  // namespace testlooper::lab
