// A comparer that shows the sample page and keeps what it was asked. Any thread.
#pragma once

#include <mutex>
#include <vector>

#include "testlooper/ports/comparer.hpp"

#include "support/sample_pages.hpp"

namespace testlooper::testing {

class FakeComparer final : public Comparer {
 public:
  Result<pages::ComparePage> compare(const CompareQuery& query) override {
    const std::lock_guard lock(mutex_);
    queries_.push_back(query);
    if (query.repo != "demo") return not_found("there is no repository '" + query.repo + "'");
    return page_;
  }
  void set(pages::ComparePage page) {
    const std::lock_guard lock(mutex_);
    page_ = std::move(page);
  }
  std::vector<CompareQuery> queries() {
    const std::lock_guard lock(mutex_);
    return queries_;
  }

 private:
  std::mutex mutex_;
  pages::ComparePage page_ = sample_compare_page();
  std::vector<CompareQuery> queries_;
};

}  // namespace testlooper::testing
