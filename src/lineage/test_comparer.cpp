#include "lineage/test_comparer.hpp"

#include "lineage/compared.hpp"

namespace testlooper::lineage {

Result<pages::ComparePage> TestComparer::compare(const CompareQuery& query) {
  const auto pair = lists_.listed_pair(query);
  if (!pair) return std::unexpected(pair.error());
  const auto continued =
      finder_.find({pair->git_dir, pair->base.sha, pair->head.sha, listed_apart(*pair)});
  auto page = compared(*pair, continued ? *continued : std::vector<Continued>{});
  // Results can be compared where git's objects can't be read: the tests are then new and gone.
  if (!continued) {
    page.warning = "renamed tests are shown as new and gone: " + continued.error().text();
  }
  return page;
}

}  // namespace testlooper::lineage
