// Do two series of runs fail at different rates? Pure; any thread.
#pragma once

#include "lab/rate.hpp"

namespace testlooper::lab {

// The logarithm of the Bayes factor of "two rates" against "one rate", each with Jeffreys' prior
// Beta(1/2, 1/2): with M(k, m) = B(k + 1/2, m + 1/2) / B(1/2, 1/2) for k failures and m passes, it
// is M(k1, m1) M(k2, m2) / M(k1 + k2, m1 + m2) (Kass and Raftery, "Bayes Factors", Journal of the
// American Statistical Association 90, 1995). Above ln 20 the evidence is strong. It may be looked
// at after each run: where there is one rate, it ever gets there with a probability of at most
// 1/20, on the average over that prior; `bench/run diagnose` has it at single rates.
double log_bayes_factor(Counts a, Counts b);

}  // namespace testlooper::lab
