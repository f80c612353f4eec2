// Words for what experiments say. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "lab/rate.hpp"

namespace testlooper::core {

// "5.3 %"
std::string percent(double rate);
// "97 % sure", and never "100 %": "more than 99 % sure".
std::string sure_text(double probability);
// What a test did before: "about 5.3 %", "almost none" below 1 in 1,000, which no search measures.
std::string rate_before_text(double rate);
// "5.3 %, between 1.1 % and 14.6 % (95 %)"
std::string rate_text(lab::Counts counts);
// "1 run", "1,000 runs"
std::string runs_text(std::int64_t runs);
std::string counted(std::int64_t count, const std::string& one, const std::string& many);
// "3 of 57 runs failed", "no run of 57 failed"
std::string failures_text(lab::Counts counts);
// Why nothing is said before these have ended.
std::string waits_text(std::int64_t pending);
std::string short_sha(const std::string& sha);

}  // namespace testlooper::core
