#include "engine/engine.hpp"

#include <utility>

#include "testlooper/base/limits.hpp"

namespace testlooper::engine {

Engine::Engine(LoopOptions options, EnginePorts ports,
               std::function<void(std::exception_ptr)> on_fault)
    : options_(std::move(options)),
      ports_(std::move(ports)),
      on_fault_(std::move(on_fault)),
      inbox_(limits::kInboxEvents) {}

Engine::~Engine() { stop(); }

void Engine::start(Executor& executor, std::vector<ConfiguredRepo> repos) {
  thread_ = std::thread([this, &executor, repos = std::move(repos)] {
    try {
      run(executor, repos);
    } catch (...) {
      inbox_.close();
      on_fault_(std::current_exception());
    }
  });
}

void Engine::stop() {
  inbox_.close();
  if (thread_.joinable()) thread_.join();
}

Now Engine::now() const { return {ports_.clock.wall(), ports_.clock.monotonic()}; }

void Engine::run(Executor& executor, const std::vector<ConfiguredRepo>& repos) {
  Loop loop(options_, ports_.store, executor, ports_.scanner, ports_.live,
            [this](Event event) { inbox_.put(std::move(event)); });
  loop.start(repos, now());
  while (!inbox_.closed()) {
    for (auto& event : inbox_.take(loop.next_deadline())) loop.handle(std::move(event), now());
    if (!inbox_.closed()) loop.advance(now());
  }
}

void Engine::put_or_refuse(Event event, const std::function<void(Error)>& refuse) {
  if (inbox_.try_put(std::move(event))) return;
  refuse({ErrorKind::unavailable, "the engine is busy; come back in a second", {}});
}

void Engine::announce_push(std::string repo, Push push,
                           std::function<void(Result<Revision>)> reply) {
  put_or_refuse(PushAnnounced{std::move(repo), std::move(push), reply},
                [&](Error error) { reply(std::unexpected(std::move(error))); });
}

void Engine::request_runs(std::string repo, std::string sha, DesiredTesting wish,
                          std::function<void(Result<DesiredId>)> reply) {
  put_or_refuse(RunsRequested{std::move(repo), std::move(sha), std::move(wish), reply},
                [&](Error error) { reply(std::unexpected(std::move(error))); });
}

void Engine::bring_history(HistoryWish wish, std::function<void(Result<Revision>)> reply) {
  put_or_refuse(HistoryAsked{std::move(wish), reply},
                [&](Error error) { reply(std::unexpected(std::move(error))); });
}

void Engine::carry_out(orders::Order order, std::function<void(Result<orders::Done>)> reply) {
  put_or_refuse(OrderGiven{std::move(order), reply},
                [&](Error error) { reply(std::unexpected(std::move(error))); });
}

void Engine::retry_commit(std::string repo, std::string sha, std::string who,
                          std::function<void(Result<Revision>)> reply) {
  put_or_refuse(RetryRequested{std::move(repo), std::move(sha), reply, std::move(who)},
                [&](Error error) { reply(std::unexpected(std::move(error))); });
}

void Engine::record(Changes changes, std::function<void(Result<Revision>)> reply) {
  put_or_refuse(ChangesDecided{std::move(changes), reply},
                [&](Error error) { reply(std::unexpected(std::move(error))); });
}

void Engine::cancel(CancelOrder order, std::string who,
                    std::function<void(Result<Revision>)> reply) {
  put_or_refuse(CancelAsked{std::move(order), std::move(who), reply},
                [&](Error error) { reply(std::unexpected(std::move(error))); });
}

void Engine::explain_waiting(WaitingQuery query, std::function<void(Result<WaitingTasks>)> reply) {
  put_or_refuse(WaitingAsked{std::move(query), reply},
                [&](Error error) { reply(std::unexpected(std::move(error))); });
}

void Engine::add_repo(RepoSpec spec, std::string who, std::function<void(Result<Revision>)> reply) {
  ports_.scanner.locate(
      spec, [this, spec, who = std::move(who), reply](Result<std::string> git_dir) {
        put_or_refuse(RepoAdded{spec, std::move(git_dir), reply, who},
                      [&](Error error) { reply(std::unexpected(std::move(error))); });
      });
}

void Engine::change_repo(std::string repo, RepoSettings settings, std::string who,
                         std::function<void(Result<Revision>)> reply) {
  put_or_refuse(RepoChanged{std::move(repo), std::move(settings), reply, std::move(who)},
                [&](Error error) { reply(std::unexpected(std::move(error))); });
}

void Engine::remove_repo(std::string repo, bool purge, std::string who,
                         std::function<void(Result<Revision>)> reply) {
  put_or_refuse(RepoRemoved{std::move(repo), purge, reply, std::move(who)},
                [&](Error error) { reply(std::unexpected(std::move(error))); });
}

void Engine::reload(std::string who, std::function<void(Result<ReloadReport>)> reply) {
  ports_.reread([this, who = std::move(who), reply](Result<ConfiguredRepos> configured) {
    put_or_refuse(ReposReread{std::move(configured), reply, who},
                  [&](Error error) { reply(std::unexpected(std::move(error))); });
  });
}

void Engine::executor_status(ExecutorStatus status) {
  inbox_.put(ExecutorChanged{std::move(status)});
}

void Engine::attempt_running(AttemptKey attempt) { inbox_.put(AttemptRunning{attempt}); }

void Engine::attempt_ended(AttemptResult result) {
  inbox_.put(AttemptEndedEvent{std::move(result)});
}

}  // namespace testlooper::engine
