// Changes of the test schema, but for runs: configs, plans, lists. The first answer to a
// step of preparation stays until somebody asks for a retry.
#include <string>

#include "testlooper/base/check.hpp"

#include "store/changes.hpp"
#include "store/column.hpp"
#include "store/json.hpp"
#include "store/lineage.hpp"
#include "store/lists.hpp"
#include "store/products.hpp"
#include "store/traits.hpp"

namespace testlooper::store {
namespace {

void add_plan(Connection& db, CommitId commit, const PlanGenerated& generated) {
  const auto& plan = generated.plan;
  TL_CHECK(generated.environment_images.size() == plan.environments.size());
  TL_CHECK(generated.environment_set_ups.size() == plan.environments.size());
  TL_CHECK(generated.build_keys.size() == plan.builds.size());
  for (std::size_t i = 0; i < plan.environments.size(); ++i) {
    const auto& environment = plan.environments[i];
    db.run("INSERT INTO test_environments VALUES (?, ?, ?, ?, ?)", commit, environment.name,
           codec::to_json(environment), generated.environment_images[i],
           generated.environment_set_ups[i]);
  }
  for (std::size_t i = 0; i < plan.builds.size(); ++i) {
    const auto& build = plan.builds[i];
    const auto& keys = generated.build_keys[i];
    db.run("INSERT INTO test_builds VALUES (?, ?, ?, ?, ?)", commit, build.name,
           codec::to_json(build), keys.artifact, keys.set_up);
  }
  for (const auto& suite : plan.suites) {
    // One that was imported before is the plan's from now on.
    db.run(
        "INSERT INTO test_suites (commit_id, name, definition) VALUES (?, ?, ?)"
        " ON CONFLICT (commit_id, name) DO UPDATE"
        " SET definition = excluded.definition, listed = 'missing', imported = 0",
        commit, suite.name, codec::to_json(suite));
  }
}

CommitId commit_of(Connection& db, SuiteId suite) {
  const CommitId commit{db.number("SELECT commit_id FROM test_suites WHERE id = ?", suite)};
  TL_CHECK(commit);
  return commit;
}

// True where this is the suite's first answer.
bool answer_list(Connection& db, SuiteId suite, std::string_view state, const std::string& error,
                 const std::string& warnings, bool too_big) {
  return db.run(
             "UPDATE test_suites SET listed = ?, error = ?, warnings = ?, too_big = ?"
             " WHERE id = ? AND listed = 'missing'",
             state, error, warnings, too_big, suite) == 1;
}

}  // namespace

void apply(Applying& in, const change::ConfigRecorded& change) {
  in.db.run("INSERT INTO test_configs VALUES (?, NULL, ?, ?) ON CONFLICT DO NOTHING", change.commit,
            codec::to_json(change.read.config), change.read.image);
  in.touched.insert(change.commit);
}

void apply(Applying& in, const change::ConfigFailed& change) {
  in.evidence.insert(change.commit);
  in.db.run("INSERT INTO test_configs VALUES (?, ?, '{}', '') ON CONFLICT DO NOTHING",
            change.commit, change.error);
  in.touched.insert(change.commit);
}

void apply(Applying& in, const change::PlanRecorded& change) {
  const auto added = in.db.run("INSERT INTO test_plans VALUES (?, NULL, ?) ON CONFLICT DO NOTHING",
                               change.commit, codec::to_json(change.generated.plan.warnings));
  if (added == 1) add_plan(in.db, change.commit, change.generated);
  in.touched.insert(change.commit);
}

void apply(Applying& in, const change::PlanFailed& change) {
  in.evidence.insert(change.commit);
  in.db.run("INSERT INTO test_plans VALUES (?, ?, '[]') ON CONFLICT DO NOTHING", change.commit,
            change.error);
  in.touched.insert(change.commit);
}

void apply(Applying& in, const change::TestsRecorded& change) {
  const auto warnings = codec::to_json(change.listed.warnings);
  const auto commit = commit_of(in.db, change.suite);
  in.evidence.insert(commit);
  if (answer_list(in.db, change.suite, "ok", {}, warnings, false)) {
    extend_list(in, change.suite, change.listed.tests);
    // Also where a report told of all of them before: wishes ask for what is listed.
    in.recount.insert(commit);
    if (is_listed(in.db, commit)) note_listed(in, commit);
  }
  in.touched.insert(commit);
  // What no parent lists may be new, as long as the parent's lists were not known.
  for (const auto& child : children_with_new_runs(in.db, commit)) {
    in.touched.insert(child);
    in.recount.insert(child);
  }
}

void apply(Applying& in, const change::ListFailed& change) {
  answer_list(in.db, change.suite, "failed", change.error, "[]", change.too_big);
  const auto commit = commit_of(in.db, change.suite);
  in.touched.insert(commit);
  in.evidence.insert(commit);
}

void apply(Applying& in, const change::CommitRetried& change) {
  in.db.run("DELETE FROM test_configs WHERE commit_id = ? AND error IS NOT NULL", change.commit);
  in.db.run("DELETE FROM test_plans WHERE commit_id = ? AND error IS NOT NULL", change.commit);
  in.db.run(
      "UPDATE test_suites SET listed = 'missing', error = '' WHERE commit_id = ?"
      " AND listed = 'failed'",
      change.commit);
  // What pushes want of a cancelled commit is wanted again; a request is made anew.
  in.db.run(
      "UPDATE test_desired SET stopped_at = NULL WHERE commit_id = ?"
      " AND source IN ('branch_rule', 'idle')",
      change.commit);
  in.recount.insert(change.commit);
  compare_again(in.db, change.commit);
  forget_failed_products(in, change.commit);
  in.touched.insert(change.commit);
}

void apply(Applying& in, const change::CommitSettled& change) {
  TL_CHECK(in.db.run("UPDATE repo_commits SET settled = 1 WHERE id = ?", change.commit) == 1);
  keep_column(in.db, change.commit);
  in.evidence.insert(change.commit);
}

}  // namespace testlooper::store
