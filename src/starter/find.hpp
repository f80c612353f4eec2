// Which tests a repository has, by its paths and the texts of some of its files. Pure; any thread.
// What is found is a guess that is said aloud: `why`, `image_why` and `notes` are for people.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "starter/framework.hpp"

namespace testlooper::starter {

// Those of the paths whose texts `find` looks at.
std::vector<std::string> files_to_read(const std::vector<std::string>& paths);

// In the order of kFrameworks; of `only` alone, where it is given. One that has tests in several
// folders is there several times. Nothing: none was recognised.
std::vector<Part> find(const RepoFiles& files, std::optional<Framework> only);

// The framework at the root, whatever the files say.
Part assumed(const RepoFiles& files, Framework framework);

// As `--image` says; what that image must have is noted.
void use_image(Part& part, const std::string& image);

// One framework each; `find` is made of them.
std::vector<Part> find_pytest(const RepoFiles& files);
std::vector<Part> find_ctest(const RepoFiles& files);
std::vector<Part> find_go(const RepoFiles& files);
std::vector<Part> find_node(const RepoFiles& files);  // jest and vitest

// The part at a folder, whether or not tests were found there.
Part pytest_part(const RepoFiles& files, const std::string& folder);
Part ctest_part(const RepoFiles& files, const std::string& folder);
Part go_part(const RepoFiles& files, const std::string& folder);
Part node_part(const RepoFiles& files, const std::string& folder, Framework framework);

}  // namespace testlooper::starter
