// What is said of a flaky test, in a sentence. Pure.
#pragma once

#include <string>

#include "testlooper/domain/flaky_page.hpp"

namespace testlooper::store {

// "3 of 20 runs failed (5.4 % to 36 %)".
std::string rate_text(const pages::Rate& rate);
// Why it is listed as flaky, or why no longer.
std::string why_listed(const pages::FlakyTest& test);

}  // namespace testlooper::store
