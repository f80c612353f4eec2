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

// The same of "`more` fails at a higher rate" against "one rate": the prior of the two rates is
// Jeffreys' where the first is higher, and nothing elsewhere (an encompassing prior: Klugkist,
// Laudy and Hoijtink, "Inequality constrained analysis of variance", Psychological Methods 10,
// 2005), so the factor is that of two rates, times twice the posterior probability that the first
// is higher.
double log_rise_factor(Counts more, Counts less);

}  // namespace testlooper::lab
