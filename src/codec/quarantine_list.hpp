// The quarantined tests as other test runners want to be told which to leave out. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/flaky_page.hpp"

namespace testlooper::codec {

// Each line of the answer is one argument, as it is, without a shell's quotes; no line where no
// test is quarantined. Expired entries are left out, and those of other suites where `suite` is not
// "". The formats:
//
// ids: a test's id (path::name) a line.
//
// pytest: --deselect=ID a line. pytest takes an id as a prefix, so a longer name that begins so is
// left out, too.
//
// gtest: --gtest_filter=-A.b:C.d. What the filter would take for a sign becomes `?`, which fits
// any.
//
// go: -skip=^TestA$|^TestB$/^sub$, by the rules of `go test`: a regular expression a level.
//
// jest: --testNamePattern=^(?!(?:a|b)$): full names that are none of these; vitest has it, too.
//
// Errors: invalid: there is no such format.
Result<std::string> quarantine_list(std::string_view format, std::string_view suite,
                                    const std::vector<pages::Quarantine>& tests);

}  // namespace testlooper::codec
