// Tokens and sessions with a value in every member, and three people who may ask a test's server.
#pragma once

#include <string>
#include <vector>

#include "testlooper/domain/login.hpp"

namespace testlooper::testing {

// Of "ada", an admin; "rob", a runner; and "vera", a viewer.
inline const std::string kAdminToken = "tl_" + std::string(64, 'a');
inline const std::string kRunnerToken = "tl_" + std::string(64, 'b');
inline const std::string kViewerToken = "tl_" + std::string(64, 'c');
std::vector<KnownLogin> sample_logins();

pages::TokensPage sample_tokens_page();
// Session 7 of "ada", and 8 of "vera".
pages::SessionsPage sample_sessions_page();

}  // namespace testlooper::testing
