// ln B(a, b), in the precision of double, which the laboratory's odds do not exceed.
#pragma once

namespace testlooper::lab {

// a, b > 0.
double log_beta(double a, double b);
double log_gamma(double value);

}  // namespace testlooper::lab
