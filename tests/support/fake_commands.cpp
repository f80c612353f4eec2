#include "support/fake_commands.hpp"

#include <algorithm>
#include <utility>

namespace testlooper::testing {

template <typename T>
void FakeCommands::reply(const std::string& repo, T value,
                         const std::function<void(Result<T>)>& reply,
                         std::unique_lock<std::mutex> lock) {
  Result<T> result = value;
  if (repo != "demo") result = not_found("no repository has this name", repo);
  if (error_) result = std::unexpected(*error_);
  if (holding_) {
    held_.push_back([reply, result] { reply(result); });
    held_one_.notify_all();
    return;
  }
  lock.unlock();
  reply(result);
}

void FakeCommands::announce_push(std::string repo, Push push,
                                 std::function<void(Result<Revision>)> reply) {
  std::unique_lock lock(mutex_);
  announced_.push_back({repo, std::move(push)});
  this->reply(repo, Revision{78}, reply, std::move(lock));
}

void FakeCommands::request_runs(std::string repo, std::string sha, DesiredTesting wish,
                                std::function<void(Result<DesiredId>)> reply) {
  std::unique_lock lock(mutex_);
  requested_.push_back({repo, std::move(sha), std::move(wish)});
  this->reply(repo, DesiredId{8}, reply, std::move(lock));
}

void FakeCommands::bring_history(HistoryWish wish, std::function<void(Result<Revision>)> reply) {
  std::unique_lock lock(mutex_);
  const auto repo = wish.repo.empty() ? "demo" : wish.repo;
  histories_.push_back(std::move(wish));
  this->reply(repo, Revision{78}, reply, std::move(lock));
}

void FakeCommands::carry_out(orders::Order order, std::function<void(Result<orders::Done>)> reply) {
  std::unique_lock lock(mutex_);
  orders_.push_back(std::move(order));
  orders::Done done{80, 5, 2};
  if (const auto* begun = std::get_if<orders::StartExperiments>(&orders_.back())) {
    for (std::size_t i = 0; i < begun->specs.size(); ++i) {
      done.experiments.push_back(ExperimentId{done.id + static_cast<std::int64_t>(i)});
    }
  }
  this->reply("demo", std::move(done), reply, std::move(lock));
}

void FakeCommands::retry_commit(std::string repo, std::string sha, std::string who,
                                std::function<void(Result<Revision>)> reply) {
  std::unique_lock lock(mutex_);
  who_.push_back(std::move(who));
  retried_.push_back({repo, std::move(sha)});
  this->reply(repo, Revision{79}, reply, std::move(lock));
}

void FakeCommands::cancel(CancelOrder order, std::string who,
                          std::function<void(Result<Revision>)> reply) {
  std::unique_lock lock(mutex_);
  cancelled_.emplace_back(std::move(order), std::move(who));
  this->reply("demo", Revision{80}, reply, std::move(lock));
}

void FakeCommands::add_repo(RepoSpec spec, std::string who,
                            std::function<void(Result<Revision>)> reply) {
  std::unique_lock lock(mutex_);
  who_.push_back(std::move(who));
  added_.push_back(std::move(spec));
  this->reply("demo", Revision{80}, reply, std::move(lock));
}

void FakeCommands::change_repo(std::string repo, RepoSettings settings, std::string who,
                               std::function<void(Result<Revision>)> reply) {
  std::unique_lock lock(mutex_);
  who_.push_back(std::move(who));
  changed_.emplace_back(repo, std::move(settings));
  this->reply(repo, Revision{81}, reply, std::move(lock));
}

void FakeCommands::remove_repo(std::string repo, bool purge, std::string who,
                               std::function<void(Result<Revision>)> reply) {
  std::unique_lock lock(mutex_);
  who_.push_back(std::move(who));
  removed_.emplace_back(repo, purge);
  this->reply(repo, Revision{82}, reply, std::move(lock));
}

void FakeCommands::reload(std::string who, std::function<void(Result<ReloadReport>)> reply) {
  std::unique_lock lock(mutex_);
  who_.push_back(std::move(who));
  ReloadReport report{.added = {"new"},
                      .changed = {"demo"},
                      .removed = {"old"},
                      .warnings = {"'workers' can't change"}};
  this->reply("demo", std::move(report), reply, std::move(lock));
}

void FakeCommands::explain_waiting(WaitingQuery query,
                                   std::function<void(Result<WaitingTasks>)> reply) {
  std::unique_lock lock(mutex_);
  auto answer = waiting_;
  if (!query.tasks.empty()) {
    std::erase_if(answer, [&](const WaitingTask& each) {
      return std::ranges::count(query.tasks, each.task) == 0;
    });
  }
  waiting_asked_.push_back(std::move(query));
  this->reply("demo", std::move(answer), reply, std::move(lock));
}

void FakeCommands::set_waiting(WaitingTasks waiting) {
  const std::lock_guard lock(mutex_);
  waiting_ = std::move(waiting);
}

std::vector<WaitingQuery> FakeCommands::waiting_asked() const {
  const std::lock_guard lock(mutex_);
  return waiting_asked_;
}

void FakeCommands::fail_with(Error error) {
  const std::lock_guard lock(mutex_);
  error_ = std::move(error);
}

void FakeCommands::hold() {
  const std::lock_guard lock(mutex_);
  holding_ = true;
}

void FakeCommands::wait_until_held() {
  std::unique_lock lock(mutex_);
  held_one_.wait(lock, [this] { return !held_.empty(); });
}

void FakeCommands::release() {
  std::unique_lock lock(mutex_);
  holding_ = false;
  const auto replies = std::exchange(held_, {});
  lock.unlock();
  for (const auto& reply : replies) reply();
}

std::vector<FakeCommands::Announced> FakeCommands::announced() const {
  const std::lock_guard lock(mutex_);
  return announced_;
}
std::vector<FakeCommands::Requested> FakeCommands::requested() const {
  const std::lock_guard lock(mutex_);
  return requested_;
}
std::vector<HistoryWish> FakeCommands::histories() const {
  const std::lock_guard lock(mutex_);
  return histories_;
}
std::vector<orders::Order> FakeCommands::orders() const {
  const std::lock_guard lock(mutex_);
  return orders_;
}
std::vector<FakeCommands::Retried> FakeCommands::retried() const {
  const std::lock_guard lock(mutex_);
  return retried_;
}

std::vector<std::pair<CancelOrder, std::string>> FakeCommands::cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancelled_;
}

std::vector<std::string> FakeCommands::who() const {
  const std::lock_guard lock(mutex_);
  return who_;
}

std::vector<RepoSpec> FakeCommands::added() const {
  const std::lock_guard lock(mutex_);
  return added_;
}
std::vector<std::pair<std::string, RepoSettings>> FakeCommands::changed() const {
  const std::lock_guard lock(mutex_);
  return changed_;
}
std::vector<std::pair<std::string, bool>> FakeCommands::removed() const {
  const std::lock_guard lock(mutex_);
  return removed_;
}

}  // namespace testlooper::testing
