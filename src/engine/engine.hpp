// The engine's thread: takes events from its inbox and hands them to the loop, one at a time. The
// only thread that calls the store's writer. Whatever the store throws ends the thread and is
// handed to `on_fault`: the process can't go on without its memory.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "testlooper/ports/clock.hpp"
#include "testlooper/ports/commands.hpp"
#include "testlooper/ports/retention.hpp"

#include "engine/inbox.hpp"
#include "engine/loop.hpp"

namespace testlooper::engine {

struct EnginePorts {
  Store& store;
  Scanner& scanner;
  LiveEvents& live;
  const Clock& clock;
  // Reads the server's configuration again, on another thread, and calls back once.
  std::function<void(std::function<void(Result<ConfiguredRepos>)>)> reread;
};

class Engine : public Commands, public ExecutorEvents, public HoldingsRecorder {
 public:
  Engine(LoopOptions options, EnginePorts ports, std::function<void(std::exception_ptr)> on_fault);
  ~Engine() override;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // `executor` tells its events to this engine, so it can only be made after it.
  void start(Executor& executor, std::vector<ConfiguredRepo> repos);
  // Takes no more events and ends the thread. What was under way starts again at the next start.
  void stop();

  void announce_push(std::string repo, Push push,
                     std::function<void(Result<Revision>)> reply) override;
  void request_runs(std::string repo, std::string sha, DesiredTesting wish,
                    std::function<void(Result<DesiredId>)> reply) override;
  void bring_history(HistoryWish wish, std::function<void(Result<Revision>)> reply) override;
  void carry_out(orders::Order order, std::function<void(Result<orders::Done>)> reply) override;
  void retry_commit(std::string repo, std::string sha, std::string who,
                    std::function<void(Result<Revision>)> reply) override;

  void record(Changes changes, std::function<void(Result<Revision>)> reply) override;
  void cancel(CancelOrder order, std::string who,
              std::function<void(Result<Revision>)> reply) override;
  void explain_waiting(WaitingQuery query,
                       std::function<void(Result<WaitingTasks>)> reply) override;
  void add_repo(RepoSpec spec, std::string who,
                std::function<void(Result<Revision>)> reply) override;
  void change_repo(std::string repo, RepoSettings settings, std::string who,
                   std::function<void(Result<Revision>)> reply) override;
  void remove_repo(std::string repo, bool purge, std::string who,
                   std::function<void(Result<Revision>)> reply) override;
  void reload(std::string who, std::function<void(Result<ReloadReport>)> reply) override;

  void executor_status(ExecutorStatus status) override;
  void attempt_running(AttemptKey attempt) override;
  void attempt_ended(AttemptResult result) override;

 private:
  Now now() const;
  void run(Executor& executor, const std::vector<ConfiguredRepo>& repos);
  void put_or_refuse(Event event, const std::function<void(Error)>& refuse);

  LoopOptions options_;
  EnginePorts ports_;
  std::function<void(std::exception_ptr)> on_fault_;
  Inbox inbox_;
  std::thread thread_;
};

}  // namespace testlooper::engine
