// What people, hooks and clients ask of the engine. Calls come from any thread and only enqueue;
// `reply` is called once, from the engine's thread, after the change is committed. A full inbox
// replies `unavailable` at once.
#pragma once

#include <functional>
#include <string>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/result.hpp"
#include "testlooper/domain/cancel.hpp"
#include "testlooper/domain/history.hpp"
#include "testlooper/domain/orders.hpp"
#include "testlooper/domain/repo.hpp"
#include "testlooper/domain/test.hpp"
#include "testlooper/domain/waiting.hpp"

namespace testlooper {

class Commands {
 public:
  virtual ~Commands() = default;
  // `repo` is its name. Errors: not_found. Replies once the push is stored; the refs are looked at
  // afterwards.
  virtual void announce_push(std::string repo, Push push,
                             std::function<void(Result<Revision>)> reply) = 0;
  // In all of these `who` is a name for people, for the audit.
  // `sha` is a full id of a stored commit. Errors: not_found (repository, commit), invalid.
  virtual void request_runs(std::string repo, std::string sha, DesiredTesting wish,
                            std::function<void(Result<DesiredId>)> reply) = 0;
  // Has these commits stored, where the repository has them; nobody wants them tested for it.
  // Errors: not_found (the repository).
  virtual void bring_history(HistoryWish wish, std::function<void(Result<Revision>)> reply) = 0;
  // Errors: not_found, invalid, conflict; what each order says.
  virtual void carry_out(orders::Order order, std::function<void(Result<orders::Done>)> reply) = 0;
  // Replies once it is stored: a URL is cloned afterwards. Errors: invalid (nothing can be read
  // there), conflict (its name is taken), unavailable.
  virtual void add_repo(RepoSpec spec, std::string who,
                        std::function<void(Result<Revision>)> reply) = 0;
  // Errors: not_found, conflict (it is the configuration's).
  virtual void change_repo(std::string repo, RepoSettings settings, std::string who,
                           std::function<void(Result<Revision>)> reply) = 0;
  // Its tasks are cancelled. Errors: not_found, conflict (it is the configuration's).
  virtual void remove_repo(std::string repo, bool purge, std::string who,
                           std::function<void(Result<Revision>)> reply) = 0;
  // Reads the server's configuration again. Errors: invalid, not_found, unavailable.
  virtual void reload(std::string who, std::function<void(Result<ReloadReport>)> reply) = 0;
  // Forgets the stored errors of the commit's preparation. Errors: not_found.
  virtual void retry_commit(std::string repo, std::string sha, std::string who,
                            std::function<void(Result<Revision>)> reply) = 0;
  // Replies once nothing of it can start any more; containers are gone within
  // limits::kCancelSeconds. Errors: not_found, conflict (the task is
  // finished).
  virtual void cancel(CancelOrder order, std::string who,
                      std::function<void(Result<Revision>)> reply) = 0;
  // Why these tasks wait, as things are once the engine has nothing else to do; changes nothing.
  virtual void explain_waiting(WaitingQuery query,
                               std::function<void(Result<WaitingTasks>)> reply) = 0;
};

}  // namespace testlooper
