// Which of the tests that a commit adds are tests of its parent with another name or place. Nobody
// is asked: git says which files were renamed, and the tests' texts say the rest. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "testlooper/domain/lineage.hpp"

namespace testlooper::lineage {

// What the files that changed hold, by path, as far as they were read.
struct SourceTexts {
  std::map<std::string, std::string> before;
  std::map<std::string, std::string> after;
};

// The files to read for find_continued(): those that tests which can't be told by the files' names
// alone are in, or may be in; at most limits::kLineageFiles.
std::vector<FileChange> files_to_read(const ListedApart& tests,
                                      const std::vector<FileChange>& files);

// In this order, each test in one pair at most:
// 1. the file was renamed, and the test's path or name differ by just that ("a/b.py", and "a.b" as
//    modules are called): moved;
// 2. a renamed file had one test and has one: renamed;
// 3. the texts are alike by at least limits::kLineageSimilarity, among tests of one file, or of one
//    name; the most alike first: renamed, or moved where the name is the same. Left out where more
//    than limits::kLineageTests remain.
std::vector<Continued> find_continued(const ListedApart& tests,
                                      const std::vector<FileChange>& files,
                                      const SourceTexts& texts);

}  // namespace testlooper::lineage
