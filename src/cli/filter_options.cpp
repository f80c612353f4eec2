#include "cli/filter_options.hpp"

#include <optional>

#include <CLI/CLI.hpp>

namespace testlooper::cli {

TestFilter FilterOptions::read() const {
  const auto given = [](const std::vector<std::string>& list) {
    return list.empty() ? std::nullopt : std::optional(list);
  };
  TestFilter filter;
  filter.suites = given(suites);
  filter.labels = given(labels);
  filter.paths = given(paths);
  filter.tests = given(tests);
  if (!regex.empty()) filter.regex = regex;
  return filter;
}

void add_filter_options(CLI::App& command, FilterOptions& options) {
  command.add_option("--suite", options.suites, "only tests of this suite")
      ->allow_extra_args(false);
  command.add_option("--label", options.labels, "only tests with a label that begins so")
      ->allow_extra_args(false);
  command.add_option("--path", options.paths, "only tests whose path begins so")
      ->allow_extra_args(false);
  command.add_option("--regex", options.regex, "only tests whose path::name has a match of it");
  command.add_option("--test", options.tests, "only this test: path::name")
      ->allow_extra_args(false);
}

Only only_named(std::string_view name) {
  if (name == "failed") return Only::failed;
  if (name == "flaky") return Only::flaky;
  return name == "new" ? Only::fresh : Only::all;
}

std::string_view only_text(Only only) {
  switch (only) {
    case Only::all:
      return "all tests";
    case Only::failed:
      return "the failed tests";
    case Only::flaky:
      return "the flaky tests";
    case Only::fresh:
      return "the new tests";
  }
  return "";
}

}  // namespace testlooper::cli
