// What a Python project wants installed before its tests can run. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "starter/framework.hpp"

namespace testlooper::starter {

struct PythonNeeds {
  std::string docker_lines;          // copy and install what is named in files that seldom change
  std::string set_up;                // installs the project itself
  std::vector<std::string> plugins;  // of pytest, that its settings use and nothing names
  std::map<std::string, std::string> variables;
  std::vector<std::string> notes;
  bool installs_project = false;
  bool git = false;  // something is installed from a git repository
};

// `settings`: the text of the file that configures pytest.
PythonNeeds python_needs(const RepoFiles& files, const std::string& folder,
                         const std::string& settings);

}  // namespace testlooper::starter
