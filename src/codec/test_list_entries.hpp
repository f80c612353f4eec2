// Reads the tests out of a tree in one of the shapes that a list of tests may have. Pure; any
// thread.
#pragma once

#include <vector>

#include "testlooper/domain/test.hpp"

#include "codec/yaml.hpp"
#include "codec/yaml_fields.hpp"

namespace testlooper::codec {

struct ListEntry {
  ListedTest listed;
  int line = 0;
  bool bare = false;   // a name without anything
  bool alien = false;  // `name: text` and the like: no test, but perhaps a line of a log
};

enum class Aliens { taken, ending };  // ending: the first one is the last entry

// Empty where the tree is neither a map nor a list.
std::vector<ListEntry> read_list_entries(const YamlNode& root, Aliens aliens, Findings& findings);

}  // namespace testlooper::codec
