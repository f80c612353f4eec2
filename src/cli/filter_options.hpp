// The options that choose tests, the same for each command that takes a selection; lists that
// nobody gave mean "any".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "testlooper/domain/branch_rule.hpp"
#include "testlooper/domain/test.hpp"

namespace CLI {
class App;
}

namespace testlooper::cli {

struct FilterOptions {
  std::vector<std::string> suites, labels, paths, tests;
  std::string regex;

  TestFilter read() const;
  bool given() const { return read() != TestFilter{}; }
};
void add_filter_options(CLI::App& command, FilterOptions& options);

// "all", "failed", "flaky", "new"; anything else is all.
Only only_named(std::string_view name);
// For people: "the flaky tests".
std::string_view only_text(Only only);

}  // namespace testlooper::cli
