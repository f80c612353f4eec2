// What `testlooper doctor` finds on a machine: one sentence for each thing that runs of tests stand
// on, and what to do where it is missing.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace testlooper {

enum class Health {
  good,
  note,     // worth knowing; nothing has to be done
  missing,  // the server works without it, and worse
  needed,   // the server can't run tests without it
};

struct Finding {
  std::string about;  // one word: "docker", "cgroups", "sandbox"
  Health health = Health::good;
  std::string text;    // one sentence
  std::string remedy;  // one sentence; empty where there is nothing to do
  bool operator==(const Finding&) const = default;
};

inline bool is_well(const std::vector<Finding>& findings) {
  return std::ranges::none_of(findings,
                              [](const Finding& each) { return each.health == Health::needed; });
}

}  // namespace testlooper
