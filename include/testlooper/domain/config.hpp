// What a repository says about its testing, as values: the config at a commit, and the test plan
// that the config's command generates. docs/specs/Repo_Configuration_Spec.md is the text form.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/time.hpp"
#include "testlooper/domain/place.hpp"

namespace testlooper {

using Variables = std::map<std::string, std::string>;

enum class ImageSource { named, dockerfile, unsupported };

struct ImageSpec {
  ImageSource source = ImageSource::named;
  std::string name;         // named: the image's reference, used as it is written
  std::string dockerfile;   // dockerfile: a path in the repository, to a file or a folder
  std::string unsupported;  // unsupported: one sentence why, for instance for `aws-ami`
  bool with_docker = false;
  bool operator==(const ImageSpec&) const = default;
};

// Something that was accepted although it is not as the specification says.
struct Warning {
  int line = 0;  // 1-based; 0 where no line can be named
  std::string message;
  bool operator==(const Warning&) const = default;
};

struct Config {
  std::string name;
  std::string primary_branch;
  std::string os;
  ImageSpec image;
  Variables variables;
  std::string command;
  std::vector<Warning> warnings;
  bool operator==(const Config&) const = default;
};

struct Environment {
  std::string name;
  ImageSpec image;
  Variables variables;
  double min_cores = 0;   // 0: no wish
  double min_ram_gb = 0;  // 0: no wish
  std::string custom_setup;
  bool operator==(const Environment&) const = default;
};

struct Build {
  std::string name;
  std::string environment;
  std::map<std::string, std::string> dependencies;  // build -> mount path
  std::string command;
  // The files and folders of the commit that it sees; absent: all of them.
  std::optional<std::vector<std::string>> inputs;
  bool operator==(const Build&) const = default;
};

struct Suite {
  std::string name;
  std::string kind;  // "unit", "perf"
  std::string environment;
  std::map<std::string, std::string> dependencies;  // build -> mount path
  std::string list_tests;
  std::string run_tests;
  std::string repeat_tests;  // runs one test TEST_COUNT times; empty: there is no such command
  std::optional<Seconds> timeout;
  std::optional<Isolation> isolation;  // absent: it has no wish
  bool operator==(const Suite&) const = default;
};

struct TestPlan {
  std::vector<Environment> environments;  // sorted by name
  std::vector<Build> builds;              // sorted by name
  std::vector<Suite> suites;              // sorted by name
  std::vector<Warning> warnings;
  bool operator==(const TestPlan&) const = default;
};

}  // namespace testlooper
