// A housekeeper that shows the sample page and counts how often it is asked to run. Any thread.
#pragma once

#include <atomic>
#include <mutex>

#include "testlooper/ports/retention.hpp"

#include "support/sample_pages.hpp"

namespace testlooper::testing {

class FakeRetention final : public Retention {
 public:
  Result<pages::RetentionPage> preview() override {
    const std::lock_guard lock(mutex_);
    return page_;
  }
  void run_soon() override { ++runs; }

  void set(Result<pages::RetentionPage> page) {
    const std::lock_guard lock(mutex_);
    page_ = std::move(page);
  }
  std::atomic<int> runs = 0;

 private:
  std::mutex mutex_;
  Result<pages::RetentionPage> page_ = sample_retention_page();
};

}  // namespace testlooper::testing
