// An engine that notes what it is asked and replies as it is told: at once, or not before the test
// says so. Any thread may call.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "testlooper/ports/commands.hpp"

namespace testlooper::testing {

class FakeCommands final : public Commands {
 public:
  struct Announced {
    std::string repo;
    Push push;
  };
  struct Requested {
    std::string repo, sha;
    DesiredTesting wish;
  };
  struct Retried {
    std::string repo, sha;
  };

  void announce_push(std::string repo, Push push,
                     std::function<void(Result<Revision>)> reply) override;
  void request_runs(std::string repo, std::string sha, DesiredTesting wish,
                    std::function<void(Result<DesiredId>)> reply) override;
  void bring_history(HistoryWish wish, std::function<void(Result<Revision>)> reply) override;
  void carry_out(orders::Order order, std::function<void(Result<orders::Done>)> reply) override;
  void retry_commit(std::string repo, std::string sha, std::string who,
                    std::function<void(Result<Revision>)> reply) override;

  void cancel(CancelOrder order, std::string who,
              std::function<void(Result<Revision>)> reply) override;
  void add_repo(RepoSpec spec, std::string who,
                std::function<void(Result<Revision>)> reply) override;
  void change_repo(std::string repo, RepoSettings settings, std::string who,
                   std::function<void(Result<Revision>)> reply) override;
  void remove_repo(std::string repo, bool purge, std::string who,
                   std::function<void(Result<Revision>)> reply) override;
  void reload(std::string who, std::function<void(Result<ReloadReport>)> reply) override;

  // Of the sample's waiting task, 6, unless it is set otherwise.
  void explain_waiting(WaitingQuery query,
                       std::function<void(Result<WaitingTasks>)> reply) override;
  void set_waiting(WaitingTasks waiting);

  // Every call is answered so from now on; only the repository "demo" is known otherwise.
  void fail_with(Error error);
  // Replies wait for release().
  void hold();
  void wait_until_held();  // until there is one
  void release();

  std::vector<Announced> announced() const;
  std::vector<Requested> requested() const;
  std::vector<orders::Order> orders() const;
  std::vector<HistoryWish> histories() const;
  std::vector<Retried> retried() const;
  std::vector<std::pair<CancelOrder, std::string>> cancelled() const;
  std::vector<WaitingQuery> waiting_asked() const;
  std::vector<std::string> who() const;  // of those below, in their order
  std::vector<RepoSpec> added() const;
  std::vector<std::pair<std::string, RepoSettings>> changed() const;
  std::vector<std::pair<std::string, bool>> removed() const;  // name, purge

 private:
  template <typename T>
  void reply(const std::string& repo, T value, const std::function<void(Result<T>)>& reply,
             std::unique_lock<std::mutex> lock);

  mutable std::mutex mutex_;
  std::condition_variable held_one_;
  bool holding_ = false;
  std::optional<Error> error_;
  std::vector<std::function<void()>> held_;
  std::vector<HistoryWish> histories_;
  std::vector<Announced> announced_;
  std::vector<Requested> requested_;
  std::vector<orders::Order> orders_;
  std::vector<Retried> retried_;
  std::vector<std::pair<CancelOrder, std::string>> cancelled_;
  WaitingTasks waiting_{{TaskId{6},
                         {.reason = WaitReason::behind,
                          .text = "waits behind 2 tasks: 1 more urgent, 1 whose turn comes first",
                          .ahead = 2},
                         WallTime{1'121'000}}};
  std::vector<WaitingQuery> waiting_asked_;
  std::vector<std::string> who_;
  std::vector<RepoSpec> added_;
  std::vector<std::pair<std::string, RepoSettings>> changed_;
  std::vector<std::pair<std::string, bool>> removed_;
};

}  // namespace testlooper::testing
