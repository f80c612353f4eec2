// Tests are followed through their names. See loop.hpp.
#include <iterator>
#include <utility>
#include <vector>

#include "testlooper/base/limits.hpp"

#include "core/lineage.hpp"
#include "engine/loop.hpp"

namespace testlooper::engine {

// What is due is in the store, so a comparison that a restart interrupted is made again. The newest
// commits come first: what a store of before has never compared does not keep a push waiting.
void Loop::compare_lineage(Now now) {
  give_up_lineage(now);
  if (!lineage_may_be_due_ || std::ssize(comparing_) >= limits::kLineagesAtOnce) return;
  lineage_may_be_due_ = false;
  for (const auto& pair : store_.due_lineages(limits::kLineagesAtOnce)) {
    if (std::ssize(comparing_) >= limits::kLineagesAtOnce) return;
    const auto until = now.monotonic + Seconds{limits::kLineageSeconds};
    if (!comparing_.emplace(pair, until).second) continue;
    auto query = store_.lineage_query(pair);
    if (!query) {
      enqueue_(LineageSeen{pair, {}, std::unexpected(std::move(query.error()))});
      continue;
    }
    auto tests = query->tests;
    scanner_.find_lineage(std::move(*query), [enqueue = enqueue_, pair, tests = std::move(tests)](
                                                 Result<std::vector<Continued>> found) mutable {
      enqueue(LineageSeen{pair, std::move(tests), std::move(found)});
    });
  }
}

// Whether a test is new waits for this, so a disk that does not answer must not hold it up.
void Loop::give_up_lineage(Now now) {
  std::vector<LineagePair> late;
  for (const auto& [pair, until] : comparing_) {
    if (until <= now.monotonic) late.push_back(pair);
  }
  for (const auto& pair : late) {
    LineageSeen nothing{pair, {}, unavailable("the repository did not answer in time")};
    on(nothing, now);
  }
}

void Loop::on(LineageSeen& event, Now now) {
  if (comparing_.erase(event.pair) == 0) return;  // given up
  lineage_may_be_due_ = true;
  // One that was removed meanwhile is compared when it comes back.
  if (!repos_.contains(event.pair.repo)) return;
  commit({core::record_lineage(event.pair, event.tests, event.found)}, now);
}

}  // namespace testlooper::engine
