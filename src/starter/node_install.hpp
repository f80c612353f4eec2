// How the packages of a JavaScript project are installed, and by which node. Pure; any thread.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "starter/framework.hpp"

namespace testlooper::starter {

// Its package.json; an empty object where it is not there or not one.
nlohmann::json package_at(const RepoFiles& files, const std::string& folder);

// In the image, where package.json and the lock file are all that it takes; else by the set-up,
// with the project's files at hand.
void install_packages(const RepoFiles& files, Part& part);

void choose_node(const RepoFiles& files, Part& part);

}  // namespace testlooper::starter
