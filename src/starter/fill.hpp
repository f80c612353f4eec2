// Makes the files of a `.testlooper` folder out of the templates and what was found. Pure; any
// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "starter/framework.hpp"

namespace testlooper::starter {

struct Project {
  std::string name;            // any bytes; what a config can't hold is left out
  std::string primary_branch;  // "" leaves the config's line out
};

struct StarterFile {
  std::string path;  // ".testlooper/plan.yaml"
  std::string text;
};

// The files, sorted by path. One part has its files beside the plan; of several, each has a folder
// named like its suite. There is at least one part.
std::vector<StarterFile> fill(const Project& project, const std::vector<Part>& parts);

// What the suites of the parts are called, in their order: "pytest", or "pytest-backend" where
// there are several of a framework.
std::vector<std::string> suite_names(const std::vector<Part>& parts);

// A value on one line of YAML, in quotes where it needs them.
std::string yaml_value(std::string_view text);

}  // namespace testlooper::starter
