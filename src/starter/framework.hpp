// The test frameworks that `testlooper init` knows, and what it makes of one that it found. Plain
// values; any thread.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace testlooper::starter {

enum class Framework { pytest, ctest, go, jest, vitest, other };

inline constexpr std::array kFrameworks = {Framework::pytest, Framework::ctest,  Framework::go,
                                           Framework::jest,   Framework::vitest, Framework::other};

std::string_view framework_name(Framework framework);  // "pytest"
std::optional<Framework> framework_named(std::string_view name);

// In a file of a template: the first `from`, which is there, becomes `to`.
struct Edit {
  std::string file;  // without its folder: "Dockerfile"
  std::string from;
  std::string to;
  bool operator==(const Edit&) const = default;
};

// A framework's tests in a folder of a repository; a suite in an environment of its own.
struct Part {
  Framework framework = Framework::other;
  std::string folder;                            // below the root; "" is the root itself
  std::string why;                               // "pytest.ini, 12 test files"
  std::string image;                             // the base image
  std::string image_why;                         // "go.mod says 1.22"; "" for the default
  std::vector<Edit> edits;                       // what is peculiar to this repository
  std::map<std::string, std::string> variables;  // of the environment, beyond the template's
  std::string set_up;                            // the environment's, where the template has none
  std::vector<std::string> notes;                // what a person may have to do
};

// A repository as it is looked at: all its paths, sorted, and the texts of some files.
struct RepoFiles {
  std::vector<std::string> paths;
  std::map<std::string, std::string> texts;
};

}  // namespace testlooper::starter
