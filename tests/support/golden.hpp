// Compares a text with a file below tests/golden. TL_REWRITE_GOLDENS=1 in the environment writes
// the file instead; the change is then to be read before it is committed.
#pragma once

#include <string>

namespace testlooper::testing {

// The content of a file below tests/golden.
std::string golden_input(const std::string& path);
// Fails the test where `text` differs from the file.
void expect_golden(const std::string& path, const std::string& text);

}  // namespace testlooper::testing
