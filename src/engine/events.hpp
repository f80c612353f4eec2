// Everything that can happen to the engine, as values.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/result.hpp"
#include "testlooper/domain/assignment.hpp"
#include "testlooper/domain/cancel.hpp"
#include "testlooper/domain/change.hpp"
#include "testlooper/domain/history.hpp"
#include "testlooper/domain/lineage.hpp"
#include "testlooper/domain/orders.hpp"
#include "testlooper/domain/repo.hpp"
#include "testlooper/domain/test.hpp"
#include "testlooper/domain/waiting.hpp"
#include "testlooper/ports/executor.hpp"

namespace testlooper::engine {

struct PushAnnounced {
  std::string repo;
  Push push;
  std::function<void(Result<Revision>)> reply;
};
struct RefsScanned {
  RepoId repo;
  std::uint64_t scan = 0;  // its number; one that nobody waits for any more is ignored
  PushId up_to;            // the newest push that was announced before the scan began
  Result<RefsObserved> seen;
};
// A person adds a repository; it was looked for.
struct RepoAdded {
  RepoSpec spec;
  Result<std::string> git_dir;
  std::function<void(Result<Revision>)> reply;
  std::string who = "api";
};
struct RepoChanged {
  std::string repo;
  RepoSettings settings;
  std::function<void(Result<Revision>)> reply;
  std::string who = "api";
};
struct RepoRemoved {
  std::string repo;
  bool purge = false;
  std::function<void(Result<Revision>)> reply;
  std::string who = "api";
};
// The server's configuration was read again.
struct ReposReread {
  Result<ConfiguredRepos> configured;
  std::function<void(Result<ReloadReport>)> reply;
  std::string who = "api";
};
// What was kept of a purging repository outside the store is gone.
struct RepoForgotten {
  RepoId repo;
};
// What became of the tests of a commit's parent was looked for.
struct LineageSeen {
  LineagePair pair;
  ListedApart tests;
  Result<std::vector<Continued>> found;  // of these tests
};
struct HistoryAsked {
  HistoryWish wish;
  std::function<void(Result<Revision>)> reply;
};
// What was found of it.
struct HistoryRead {
  RepoId repo;
  std::vector<CommitInfo> commits;
  std::function<void(Result<Revision>)> reply;
};
struct RunsRequested {
  std::string repo;
  std::string sha;
  DesiredTesting wish;
  std::function<void(Result<DesiredId>)> reply;
};
struct OrderGiven {
  orders::Order order;
  std::function<void(Result<orders::Done>)> reply;
};
struct RetryRequested {
  std::string repo;
  std::string sha;
  std::function<void(Result<Revision>)> reply;
  std::string who = "api";
};
struct CancelAsked {
  CancelOrder order;
  std::string who;
  std::function<void(Result<Revision>)> reply;
};
// Why tasks wait; answered once nothing that could start is left.
struct WaitingAsked {
  WaitingQuery query;
  std::function<void(Result<WaitingTasks>)> reply;
};
// What retention decided elsewhere; here it is only stored.
struct ChangesDecided {
  Changes changes;
  std::function<void(Result<Revision>)> reply;
};
struct ExecutorChanged {
  ExecutorStatus status;
};
struct AttemptRunning {
  AttemptKey attempt;
};
struct AttemptEndedEvent {
  AttemptResult result;
};

using Event = std::variant<PushAnnounced, RefsScanned, RepoAdded, RepoChanged, RepoRemoved,
                           ReposReread, RepoForgotten, LineageSeen, HistoryAsked, HistoryRead,
                           RunsRequested, OrderGiven, RetryRequested, CancelAsked, ExecutorChanged,
                           AttemptRunning, AttemptEndedEvent, ChangesDecided, WaitingAsked>;

}  // namespace testlooper::engine
