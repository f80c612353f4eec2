#include "app/pool_scanner.hpp"

#include <utility>

#include <spdlog/spdlog.h>

namespace testlooper::app {

WorkerPool& PoolScanner::lane_of(const RepoSpec& spec, bool proven) {
  if (sources_.is_cloned(spec)) return proven ? urls_ : unproven_urls_;
  return proven ? paths_ : unproven_paths_;
}

void PoolScanner::scan(ScanRequest request, std::function<void(Result<RefsObserved>)> done) {
  auto& lane = lane_of(request.spec, request.proven);
  lane.post([this, request = std::move(request), done = std::move(done)] {
    auto seen = reader_.scan(request);
    if (seen) {
      for (const auto& problem : seen->problems) {
        spdlog::warn("repository '{}': {}", request.spec.name, problem);
      }
      std::vector<std::string> heads;
      for (const auto& [branch, sha] : seen->branches) heads.push_back(sha);
      // A repository we may not write to can still be tested; only gc could then take commits.
      if (const auto pinned = reader_.pin(request.git_dir, heads); !pinned) {
        spdlog::debug("repository '{}': {}", request.spec.name, pinned.error().text());
      }
    }
    done(std::move(seen));
  });
}

void PoolScanner::locate(RepoSpec spec, std::function<void(Result<std::string>)> done) {
  // A URL is not waited for, so it may go with those that answer.
  auto& lane = lane_of(spec, sources_.is_cloned(spec));
  lane.post([this, spec = std::move(spec), done = std::move(done)] { done(sources_.probe(spec)); });
}

void PoolScanner::read_history(RepoSpec spec, std::string git_dir, std::vector<HistoryRange> ranges,
                               std::function<void(std::vector<CommitInfo>)> done) {
  lane_of(spec, true)
      .post(
          [this, git_dir = std::move(git_dir), ranges = std::move(ranges), done = std::move(done)] {
            std::vector<CommitInfo> all;
            for (const auto& range : ranges) {
              auto found = reader_.history(git_dir, range);
              if (found) all.insert(all.end(), found->begin(), found->end());
            }
            done(std::move(all));
          });
}

void PoolScanner::find_lineage(LineageQuery query,
                               std::function<void(Result<std::vector<Continued>>)> done) {
  lineages_.post([this, query = std::move(query), done = std::move(done)] {
    auto found = lineage_.find(query);
    if (!found) {
      spdlog::warn("{}: tests of commit {} that were renamed count as new: {}", query.git_dir,
                   query.after, found.error().text());
    }
    done(std::move(found));
  });
}

void PoolScanner::forget(RepoSpec spec, std::function<void()> done) {
  auto& lane = lane_of(spec, false);
  lane.post([this, spec = std::move(spec), done = std::move(done)] {
    if (const auto forgotten = sources_.forget(spec); !forgotten) {
      spdlog::warn("repository '{}': its clone can't be deleted: {}", spec.name,
                   forgotten.error().text());
    }
    done();
  });
}

void PoolScanner::stop() {
  for (auto* lane : {&paths_, &unproven_paths_, &urls_, &unproven_urls_, &lineages_}) lane->stop();
}

}  // namespace testlooper::app
