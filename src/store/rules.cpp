#include "store/rules.hpp"

#include <set>
#include <string>

#include "testlooper/base/check.hpp"

#include "store/changes.hpp"
#include "store/json.hpp"
#include "store/names.hpp"

namespace testlooper::store {
namespace {

RuleId add_rule(Connection& db, RepoId repo, const BranchRule& rule, WallTime now) {
  const auto& counts = rule.counts;
  return {db.insert(
      "INSERT INTO test_rules (repo_id, position, branches, filter, runs, fail_runs, flake_runs,"
      " new_runs, superseded, schedule, schedule_runs, schedule_only, idle_runs, changed_at)"
      " VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      repo, rule.branches, codec::to_json(rule.filter), counts.runs, counts.fail_runs,
      counts.flake_runs, counts.new_runs, rule.superseded, rule.schedule, rule.schedule_runs,
      name_of(rule.schedule_only), rule.idle_runs, now)};
}

void change_rule(Connection& db, const BranchRule& rule, WallTime now) {
  const auto& counts = rule.counts;
  const auto changed = db.run(
      "UPDATE test_rules SET branches = ?2, filter = ?3, runs = ?4, fail_runs = ?5,"
      " flake_runs = ?6, new_runs = ?7, superseded = ?8,"
      " changed_at = CASE schedule WHEN ?9 THEN changed_at ELSE ?12 END,"
      " schedule = ?9, schedule_runs = ?10, schedule_only = ?11, idle_runs = ?13 WHERE id = ?1",
      rule.id, rule.branches, codec::to_json(rule.filter), counts.runs, counts.fail_runs,
      counts.flake_runs, counts.new_runs, rule.superseded, rule.schedule, rule.schedule_runs,
      name_of(rule.schedule_only), now, rule.idle_runs);
  TL_CHECK(changed == 1);
}

// Commits that still have work left from this rule get no more than it says now.
void lower_wishes(Applying& in, const BranchRule& rule) {
  const auto& counts = rule.counts;
  auto lowered = in.db.query(
      "UPDATE test_desired SET runs = min(runs, ?2), fail_runs = min(fail_runs, ?3),"
      " flake_runs = min(flake_runs, ?4), new_runs = min(new_runs, ?5), lowered = 1"
      " WHERE rule_id = ?1 AND source = 'branch_rule' AND stopped_at IS NULL"
      " AND (runs > ?2 OR fail_runs > ?3 OR flake_runs > ?4 OR new_runs > ?5)"
      " AND (done + given_up < wanted OR EXISTS (SELECT 1 FROM repo_commits c"
      "  WHERE c.id = commit_id AND c.settled = 0))"
      " RETURNING commit_id",
      rule.id, counts.runs, counts.fail_runs, counts.flake_runs, counts.new_runs);
  while (lowered.next()) {
    in.touched.insert(lowered.id<CommitId>(0));
    in.recount.insert(lowered.id<CommitId>(0));
  }
}

}  // namespace

std::vector<BranchRule> rules_of(Connection& db, RepoId repo) {
  std::vector<BranchRule> rules;
  auto rows = db.query(
      "SELECT id, branches, filter, runs, fail_runs, flake_runs, new_runs, superseded, schedule,"
      " schedule_runs, schedule_only, max(changed_at, coalesce((SELECT max(f.due_at)"
      "  FROM test_firings f WHERE f.rule_id = test_rules.id), 0)), idle_runs FROM test_rules"
      " WHERE repo_id = ?"
      " ORDER BY position, id",
      repo);
  while (rows.next()) {
    rules.push_back({.id = rows.id<RuleId>(0),
                     .branches = rows.text(1),
                     .filter = parse_json<TestFilter>(rows.view(2)),
                     .counts = {rows.integer(3), rows.integer(4), rows.integer(5), rows.integer(6)},
                     .superseded = rows.boolean(7),
                     .schedule = rows.text(8),
                     .schedule_runs = rows.integer(9),
                     .schedule_only = only(rows.view(10)),
                     .scheduled_after = rows.time(11),
                     .idle_runs = rows.integer(12)});
  }
  return rules;
}

void add_default_rule(Connection& db, RepoId repo, WallTime now) {
  if (db.number("SELECT count(*) FROM test_rules WHERE repo_id = ?", repo) > 0) return;
  add_rule(db, repo, {}, now);
}

void apply(Applying& in, const change::RulesSet& change) {
  std::set<RuleId> gone;
  for (const auto& rule : rules_of(in.db, change.repo)) gone.insert(rule.id);
  int position = 0;
  for (auto rule : change.rules) {
    if (rule.id) {
      TL_CHECK(gone.erase(rule.id) == 1);
      change_rule(in.db, rule, in.now);
      lower_wishes(in, rule);
    } else {
      rule.id = add_rule(in.db, change.repo, rule, in.now);
    }
    in.db.run("UPDATE test_rules SET position = ? WHERE id = ?", ++position, rule.id);
  }
  for (const auto& rule : gone) in.db.run("DELETE FROM test_rules WHERE id = ?", rule);
}

void apply(Applying& in, const change::ScheduleFired& change) {
  in.db.run("INSERT INTO test_firings (rule_id, due_at, fired_at) VALUES (?, ?, ?)", change.rule,
            change.due, in.now);
}

}  // namespace testlooper::store
