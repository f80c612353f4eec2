// Finds tests that go on under another name by what git says of their files.
#pragma once

#include "testlooper/ports/lineage_finder.hpp"
#include "testlooper/ports/repo_reader.hpp"

namespace testlooper::lineage {

class GitLineageFinder : public LineageFinder {
 public:
  explicit GitLineageFinder(RepoReader& reader) : reader_(reader) {}
  Result<std::vector<Continued>> find(const LineageQuery& query) override;

 private:
  RepoReader& reader_;
};

}  // namespace testlooper::lineage
