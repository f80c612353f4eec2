// What the loop does about orders of people. See loop.hpp.
#include <algorithm>
#include <utility>

#include "testlooper/base/limits.hpp"

#include "core/filter.hpp"
#include "core/rules.hpp"
#include "engine/loop.hpp"

namespace testlooper::engine {
namespace {

std::string numbered(std::string_view what, std::int64_t id) {
  return std::string(what) + " " + std::to_string(id);
}

std::string counts_text(const RunCounts& counts) {
  auto text = std::to_string(counts.runs) + " runs of each test";
  const auto add = [&](std::int64_t runs, std::string_view of) {
    if (runs > 0) text += ", " + std::to_string(runs) + " of " + std::string(of);
  };
  add(counts.fail_runs, "failed ones");
  add(counts.flake_runs, "flaky ones");
  add(counts.new_runs, "new ones");
  return text;
}

std::string rule_text(const BranchRule& rule) {
  auto text = counts_text(rule.counts);
  if (rule.idle_runs > 0) text += "; up to " + std::to_string(rule.idle_runs) + " in idle room";
  return text;
}

change::Audited audited(std::string who, std::string action, RepoId repo, std::string subject,
                        std::string detail) {
  return {{std::move(who), std::move(action), repo, std::move(subject), std::move(detail)}};
}

}  // namespace

void Loop::on(OrderGiven& event, Now now) {
  event.reply(std::visit([&](auto& order) { return carry_out(order, now); }, event.order));
}

Result<orders::Done> Loop::carry_out(orders::ChangeRequest& order, Now now) {
  const auto known = store_.wish(order.request);
  if (!known) return not_found("there is no " + numbered("request", order.request.value));
  if (known->wish.source == DesiredSource::branch_rule) {
    return fail(ErrorKind::conflict, numbered("wish", order.request.value) +
                                         " comes from a branch rule: change the rule instead");
  }
  if (known->wish.source == DesiredSource::idle) {
    return fail(ErrorKind::conflict, numbered("wish", order.request.value) +
                                         " is for idle room: change idle_runs of the rule instead");
  }
  if (known->wish.source == DesiredSource::experiment) {
    return fail(ErrorKind::conflict, numbered("wish", order.request.value) + " is for " +
                                         known->wish.requested_by + ": change that instead");
  }
  auto wish = known->wish;
  wish.counts.runs = order.runs.value_or(wish.counts.runs);
  wish.counts.fail_runs = order.fail_runs.value_or(wish.counts.fail_runs);
  wish.counts.flake_runs = order.flake_runs.value_or(wish.counts.flake_runs);
  wish.counts.new_runs = order.new_runs.value_or(wish.counts.new_runs);
  const auto detail = counts_text(wish.counts) + ", after " + counts_text(known->wish.counts);
  const auto committed = commit({change::DesiredChanged{order.request, std::move(wish)},
                                 audited(order.who, "change_request", known->repo,
                                         numbered("request", order.request.value), detail)},
                                now);
  return orders::Done{.revision = committed.revision, .id = order.request.value};
}

Result<orders::Done> Loop::carry_out(orders::ClearResults& order, Now now) {
  const auto commit_id = find_commit(order.repo, order.sha);
  if (!commit_id) return std::unexpected(commit_id.error());
  const auto matcher = core::TestMatcher::make(order.filter);
  if (!matcher) return std::unexpected(matcher.error());
  change::ResultsCleared cleared{*commit_id, {}};
  for (const auto& suite : store_.commit_state(*commit_id).suites) {
    for (const auto& test : suite.tests) {
      if (matcher->matches(suite.name, test)) cleared.tests.push_back(test.id);
    }
  }
  if (cleared.tests.empty()) {
    return fail(ErrorKind::conflict, "no test of this commit matches, so nothing was cleared");
  }
  const auto tests = std::ssize(cleared.tests);
  const auto committed =
      commit({std::move(cleared),
              audited(order.who, "clear", find_repo(order.repo)->repo.id, "commit " + order.sha,
                      "the results of " + numbered("tests:", tests))},
             now);
  return orders::Done{.revision = committed.revision, .id = commit_id->value, .tests = tests};
}

std::optional<RepoState> Loop::repo_state(const std::string& name) {
  for (auto& state : store_.repos()) {
    const bool is_it = state.repo.spec.name == name && state.standing == RepoStanding::active;
    if (is_it) return std::move(state);
  }
  return std::nullopt;
}

Result<orders::Done> Loop::set_rules(const RepoState& state, std::vector<BranchRule> rules,
                                     change::Audited audit, Now now) {
  if (rules.size() > limits::kRulesPerRepo) {
    return invalid("a repository has at most " + std::to_string(limits::kRulesPerRepo) + " rules");
  }
  commit({change::RulesSet{state.repo.id, std::move(rules)}, std::move(audit)}, now, true);
  // Where the power goes here, the next start finds heads that differ from their rules.
  const auto committed = apply_rules(state.repo.id, now);
  read_schedules();
  return orders::Done{.revision = committed.revision};
}

Committed Loop::apply_rules(RepoId repo, Now now) {
  for (const auto& state : store_.repos()) {
    if (state.repo.id == repo) return commit(core::apply_rules(state), now);
  }
  return {};
}

Result<orders::Done> Loop::carry_out(orders::AddRule& order, Now now) {
  const auto state = repo_state(order.repo);
  if (!state) return not_found("there is no repository '" + order.repo + "'");
  if (auto checked = core::check_rule(order.rule); !checked) {
    return std::unexpected(checked.error());
  }
  auto rules = state->rules;
  const auto place = std::clamp<std::ptrdiff_t>(order.position - 1, 0, std::ssize(rules));
  auto audit = audited(order.who, "rule", state->repo.id, "branches " + order.rule.branches,
                       "added: " + rule_text(order.rule));
  order.rule.id = {};
  rules.insert(rules.begin() + place, std::move(order.rule));
  auto done = set_rules(*state, std::move(rules), std::move(audit), now);
  if (!done) return done;
  const auto after = repo_state(order.repo);
  done->id = after->rules.at(static_cast<std::size_t>(place)).id.value;
  return done;
}

Result<orders::Done> Loop::carry_out(orders::ChangeRule& order, Now now) {
  const auto state = repo_state(order.repo);
  if (!state) return not_found("there is no repository '" + order.repo + "'");
  if (auto checked = core::check_rule(order.rule); !checked) {
    return std::unexpected(checked.error());
  }
  auto rules = state->rules;
  const auto found = std::ranges::find(rules, order.rule.id, &BranchRule::id);
  if (found == rules.end()) {
    return not_found("'" + order.repo + "' has no " + numbered("rule", order.rule.id.value));
  }
  auto audit = audited(order.who, "rule", state->repo.id, numbered("rule", order.rule.id.value),
                       "changed: " + order.rule.branches + ", " + rule_text(order.rule));
  const auto id = order.rule.id;
  auto place = order.position ? *order.position - 1 : found - rules.begin();
  rules.erase(found);
  place = std::clamp<std::ptrdiff_t>(place, 0, std::ssize(rules));
  rules.insert(rules.begin() + place, std::move(order.rule));
  auto done = set_rules(*state, std::move(rules), std::move(audit), now);
  if (done) done->id = id.value;
  return done;
}

Result<orders::Done> Loop::carry_out(orders::RemoveRule& order, Now now) {
  const auto state = repo_state(order.repo);
  if (!state) return not_found("there is no repository '" + order.repo + "'");
  auto rules = state->rules;
  const auto found = std::ranges::find(rules, order.rule, &BranchRule::id);
  if (found == rules.end()) {
    return not_found("'" + order.repo + "' has no " + numbered("rule", order.rule.value));
  }
  if (rules.size() == 1) {
    return fail(ErrorKind::conflict,
                "a repository keeps at least one rule: set its runs to 0 to test nothing");
  }
  auto audit = audited(order.who, "rule", state->repo.id, numbered("rule", order.rule.value),
                       "removed: " + found->branches);
  rules.erase(found);
  auto done = set_rules(*state, std::move(rules), std::move(audit), now);
  if (done) done->id = order.rule.value;
  return done;
}

Result<orders::Done> Loop::carry_out(orders::Drain& order, Now now) {
  AuditEntry entry;
  entry.who = order.who;
  entry.action = order.drain ? "drain" : "resume";
  entry.subject = "the engine";
  entry.detail =
      order.drain ? "running tasks end, and none are started" : "tasks are started again";
  const auto committed =
      commit({change::DrainSet{order.drain}, change::Audited{std::move(entry)}}, now);
  draining_ = order.drain;
  return orders::Done{.revision = committed.revision};
}

}  // namespace testlooper::engine
