// What people do in the world: they push, ask for runs, change their minds, cancel, drain, and add
// and remove a repository. See world.hpp.
#include <algorithm>
#include <array>

#include "sim/world.hpp"

namespace testlooper::sim {
namespace {

constexpr std::int64_t kMaxHoldings = 3'000;

}  // namespace

void World::plan_people() {
  if (remaining_pushes_ > 0) {
    --remaining_pushes_;
    later(3000, [this] { push(); }, true);
  }
  if (remaining_requests_ > 0) {
    --remaining_requests_;
    later(4000, [this] { request(); }, true);
    later(4000, [this] { change_mind(); }, true);
  }
  if (remaining_experiments_ > 0) {
    --remaining_experiments_;
    later(40'000, [this] { start_experiment(); }, true);
    later(60'000, [this] { meddle_with_experiment(); }, true);
  }
  if (remaining_cancels_ > 0) {
    --remaining_cancels_;
    later(6000, [this] { cancel_something(); }, true);
  }
  if (remaining_removals_ > 0) {
    --remaining_removals_;
    later(4000, [this] { meddle(); }, true);
  }
  if (remaining_drains_ > 0) {
    --remaining_drains_;
    later(4000, [this] { drain(); }, true);
  }
}

// Somebody drains the engine, and tries to resume until it is told to have worked.
void World::drain() {
  if (!loop_) return;
  later(2000, [this] { resume(); }, true);
  loop_->handle(engine::OrderGiven{orders::Drain{true, "somebody"}, [](const auto&) {}}, now());
}

void World::resume() {
  later(
      100,
      [this] {
        if (!loop_ || store_.draining()) resume();
      },
      true);
  if (!loop_) return;
  loop_->handle(engine::OrderGiven{orders::Drain{false, "somebody"}, [](const auto&) {}}, now());
}

// People try until it is told to be there.
void World::add_other() {
  const auto again = [this] { later(500, [this] { add_other(); }, true); };
  if (!loop_) return again();
  RepoSpec spec;
  spec.name = kOther;
  spec.source = kOtherPath;
  bool there = false;
  try {
    loop_->handle(engine::RepoAdded{spec, kOtherPath,
                                    [&](const Result<Revision>& reply) {
                                      there = reply || reply.error().text().contains("already");
                                    }},
                  now());
  } catch (const PowerLost&) {
    again();
    throw;
  }
  if (!there) again();
}

// Somebody allows idle runs, and tries until it is told to have worked.
void World::allow_idle_runs() {
  later(
      500,
      [this] {
        if (!loop_ || store_.repos().at(0).rules.at(0).idle_runs == 0) allow_idle_runs();
      },
      true);
  if (!loop_) return;
  auto rule = store_.repos().at(0).rules.at(0);
  rule.idle_runs = options_.idle_runs;
  loop_->handle(engine::OrderGiven{orders::ChangeRule{kRepo, rule, {}, "somebody"},
                                   [](const Result<orders::Done>&) {}},
                now());
}

// What the housekeeper does about files that are to go.
void World::remove_files() {
  change::HoldingsGone all;
  for (std::int64_t id = 1; id <= kMaxHoldings; ++id) all.holdings.push_back(HoldingId{id});
  store_.commit({all}, now().wall);
}

// Removes the other repository, with its data or without, and has it added again some time later.
void World::meddle() {
  later(3000, [this] { add_other(); }, true);
  if (!loop_) return;
  loop_->handle(engine::RepoRemoved{kOther, chance() < 0.5, [](const Result<Revision>&) {}}, now());
}

void World::push() {
  const bool feature = chance() < 0.3;
  const auto branch = feature ? "feature/" + std::to_string(between(1, 2)) : std::string{"main"};
  const int commits = between(1, 4);
  for (int i = 0; i < commits; ++i) {
    CommitInfo commit;
    commit.sha = "c" + std::to_string(pushed_.size());
    const auto head = repository_.branches.find(branch);
    if (head != repository_.branches.end() && chance() > 0.1) {
      commit.parents.push_back(head->second);
    }
    if (!pushed_.empty() && chance() < 0.2) {
      commit.parents.push_back(
          pushed_[static_cast<std::size_t>(between(0, static_cast<int>(pushed_.size()) - 1))]);
    }
    repository_.branches[branch] = commit.sha;
    repository_.commits.push_back(commit);
    pushed_.push_back(commit.sha);
  }
  if (feature && chance() < 0.3) repository_.branches.erase(branch);
  if (!loop_) return;  // the hook found nobody; the next start looks by itself
  Push announced{.ref = "refs/heads/" + branch, .old_sha = {}, .new_sha = {}, .delivery_id = {}};
  loop_->handle(engine::PushAnnounced{kRepo, std::move(announced), [](const Result<Revision>&) {}},
                now());
}

void World::request() {
  if (!loop_ || pushed_.empty()) return;
  DesiredTesting wish;
  wish.counts.runs = between(1, 8);
  if (chance() < 0.5) wish.filter.regex = "t[0-3]$";
  const auto sha =
      pushed_[static_cast<std::size_t>(between(0, static_cast<int>(pushed_.size()) - 1))];
  loop_->handle(engine::RunsRequested{kRepo, sha, wish, [](const Result<DesiredId>&) {}}, now());
  if (options_.cancels == 0 && chance() < 0.3) {
    loop_->handle(engine::RetryRequested{kRepo, sha, [](const Result<Revision>&) {}}, now());
  }
}

// People raise, lower and stop wishes, clear results, and change the rule of all branches.
void World::change_mind() {
  if (!loop_ || pushed_.empty() || !options_.minds_change) return;
  minds_changed_ = true;
  const auto sha =
      pushed_[static_cast<std::size_t>(between(0, static_cast<int>(pushed_.size()) - 1))];
  const auto repo = store_.repos().at(0);
  orders::Order order = orders::ClearResults{kRepo, sha, {}, "somebody"};
  const int what = between(0, 2);
  if (what == 0) {
    order = orders::ChangeRequest{DesiredId{between(1, 12)},
                                  between(1, 9),
                                  between(0, 12),
                                  between(0, 15),
                                  between(0, 15),
                                  "somebody"};
  } else if (what == 1) {
    auto rule = repo.rules.at(0);
    rule.counts = {between(0, 3), between(0, 5), between(0, 6), between(0, 4)};
    rule.superseded = chance() < 0.5;
    if (options_.idle_runs > 0) rule.idle_runs = between(0, options_.idle_runs);
    order = orders::ChangeRule{kRepo, rule, {}, "somebody"};
  }
  loop_->handle(engine::OrderGiven{std::move(order), [](const Result<orders::Done>&) {}}, now());
}

// A task, a request, a commit or a branch, at random; most are there.
void World::cancel_something() {
  if (!loop_ || pushed_.empty()) return;
  const auto sha =
      pushed_[static_cast<std::size_t>(between(0, static_cast<int>(pushed_.size()) - 1))];
  const std::array<CancelOrder, 4> orders{CancelTask{{between(1, 60)}},
                                          CancelRequest{{between(1, 20)}}, CancelCommit{kRepo, sha},
                                          CancelBranch{kRepo, "main"}};
  const auto& order = orders.at(static_cast<std::size_t>(between(0, 3)));
  const auto plan = store_.cancel_plan(order);
  // Power may be lost between the transaction and the reply: then it is stopped, and nobody heard.
  if (plan) may_be_stopped_.insert(plan->wishes.begin(), plan->wishes.end());
  loop_->handle(engine::CancelAsked{order, "sim",
                                    [this, plan](const Result<Revision>& reply) {
                                      if (!reply) return;
                                      stopped_.insert(plan->wishes.begin(), plan->wishes.end());
                                    }},
                now());
}

}  // namespace testlooper::sim
