#include "store/experiment_range.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <queue>
#include <ranges>
#include <tuple>
#include <unordered_map>

#include "testlooper/base/check.hpp"
#include "testlooper/base/limits.hpp"

#include "codec/condition_text.hpp"
#include "store/rollups.hpp"

namespace testlooper::store {
namespace {

// Newest first: a commit comes after all of its descendants.
struct Place {
  std::int64_t generation = 0;
  WallTime committed_at;
  CommitId id;
  auto operator<=>(const Place&) const = default;
};

struct Walked {
  std::string sha;
  std::vector<CommitId> parents;
  bool good = false;  // an ancestor of the good end, or it
  bool of_bad = false;
};

class Walk {
 public:
  Walk(Connection& db, RepoId repo) : db_(db), repo_(repo) {}

  void start(const std::string& sha, bool good) {
    auto row = db_.query(
        "SELECT generation, committed_at, id, sha FROM repo_commits WHERE repo_id = ? AND sha = ?",
        repo_, sha);
    if (row.next()) reach(row, good);
  }

  // Until what is left to look at are ancestors of the good end alone.
  void run(std::size_t most) {
    while (open_bad_ > 0 && order_.size() < most) {
      const auto place = queue_.top();
      queue_.pop();
      auto& commit = commits_.at(place.id);
      if (!commit.good) {
        --open_bad_;
        order_.push_back(place.id);
      }
      visit_parents(place.id);
    }
  }

  std::vector<RangeCommit> range() const;

 private:
  void reach(const Query& row, bool good) {
    const Place place{row.integer(0), row.time(1), row.id<CommitId>(2)};
    const auto [at, added] = commits_.try_emplace(place.id);
    auto& commit = at->second;
    if (added) {
      commit.sha = row.text(3);
      commit.good = good;
      queue_.push(place);
      if (!good) ++open_bad_;
    } else if (good && !commit.good) {
      // All that leads here is newer, so it has not been visited yet.
      commit.good = true;
      --open_bad_;
    }
  }

  void visit_parents(CommitId id) {
    auto rows = db_.query(
        "SELECT c.generation, c.committed_at, c.id, c.sha FROM repo_parents p"
        " CROSS JOIN repo_commits c ON c.repo_id = ? AND c.sha = p.parent_sha"
        " WHERE p.commit_id = ? ORDER BY p.position",
        repo_, id);
    const bool good = commits_.at(id).good;
    while (rows.next()) {
      reach(rows, good);
      commits_.at(id).parents.push_back(rows.id<CommitId>(2));
    }
  }

  Connection& db_;
  RepoId repo_;
  std::unordered_map<CommitId, Walked> commits_;
  std::priority_queue<Place> queue_;
  std::vector<CommitId> order_;  // candidates, newest first
  std::size_t open_bad_ = 0;     // queued, and no ancestor of the good end as far as is known
};

std::vector<RangeCommit> Walk::range() const {
  std::vector<RangeCommit> range;
  std::unordered_map<CommitId, int> places;
  const auto add = [&](CommitId id, bool candidate) {
    places.emplace(id, static_cast<int>(range.size()));
    RangeCommit commit;
    commit.commit = id;
    commit.sha = commits_.at(id).sha;
    commit.candidate = candidate;
    range.push_back(std::move(commit));
  };
  for (const auto& id : order_) {
    for (const auto& parent : commits_.at(id).parents) {
      if (commits_.at(parent).good && !places.contains(parent)) add(parent, false);
    }
  }
  std::ranges::sort(range, {}, &RangeCommit::commit);
  places.clear();
  for (std::size_t i = 0; i < range.size(); ++i) {
    places.emplace(range[i].commit, static_cast<int>(i));
  }
  for (const auto& id : order_ | std::views::reverse) {
    add(id, true);
    for (const auto& parent : commits_.at(id).parents) {
      if (const auto at = places.find(parent); at != places.end()) {
        range.back().parents.push_back(at->second);
      }
    }
  }
  return range;
}

// Of a commit that does not list the test: whether it might.
void read_unlisted(Connection& db, RangeCommit& commit) {
  auto row = db.query(
      "SELECT f.error IS NOT NULL OR p.error IS NOT NULL, p.commit_id IS NOT NULL AND NOT EXISTS"
      " (SELECT 1 FROM test_suites s WHERE s.commit_id = c.id AND s.listed = 'missing'),"
      " EXISTS (SELECT 1 FROM test_suites s WHERE s.commit_id = c.id AND s.listed <> 'ok')"
      " FROM repo_commits c LEFT JOIN test_configs f ON f.commit_id = c.id"
      " LEFT JOIN test_plans p ON p.commit_id = c.id WHERE c.id = ?",
      commit.commit);
  TL_CHECK(row.next());
  const bool broken = row.boolean(0);
  const bool all_tried = row.boolean(1);
  commit.listed = broken || all_tried ? StepState::failed : StepState::missing;
  commit.lacks = !broken && all_tried && !row.boolean(2);
}

// A commit of the graph.
struct Node {
  RangeCommit commit;
  std::int64_t generation = 0;
};

std::optional<Node> read_node(Connection& db, RepoId repo, const std::string& sha) {
  auto row =
      db.query("SELECT id, generation FROM repo_commits WHERE repo_id = ? AND sha = ?", repo, sha);
  if (!row.next()) return std::nullopt;
  Node node;
  node.commit.commit = row.id<CommitId>(0);
  node.commit.sha = sha;
  node.generation = row.integer(1);
  return node;
}

ArmCounts counts_under(Connection& db, TestId test, const Condition& condition, CommitId commit) {
  auto row = db.query(
      "SELECT total(l.passed), total(l.failed), total(l.skipped) FROM test_desired d"
      " INDEXED BY test_desired_arms_at JOIN test_conditions n ON n.id = d.condition_id"
      " JOIN lab_tallies l ON l.desired_id = d.id AND l.test_id = ?"
      " WHERE d.commit_id = ? AND d.experiment_id IS NOT NULL AND n.text = ?",
      test, commit, codec::condition_text(condition));
  row.next();
  return {row.integer(0), row.integer(1), row.integer(2)};
}

}  // namespace

std::vector<RangeCommit> read_range(Connection& db, RepoId repo, const std::string& good,
                                    const std::string& bad) {
  Walk walk(db, repo);
  walk.start(bad, false);
  if (!good.empty()) walk.start(good, true);
  walk.run(good.empty() ? limits::kBisectCommitsUnnamed : limits::kBisectCommits);
  return walk.range();
}

std::vector<RangeCommit> read_line_since(Connection& db, RepoId repo, const std::string& oldest,
                                         const std::string& head) {
  const auto first = read_node(db, repo, oldest);
  if (!first) return {};
  std::vector<RangeCommit> line;
  auto node = read_node(db, repo, head);
  while (node && node->generation > first->generation &&
         line.size() + 1 < limits::kWatchedCommits) {
    line.push_back(node->commit);
    auto parent = db.query(
        "SELECT parent_sha FROM repo_parents WHERE commit_id = ? ORDER BY position LIMIT 1",
        node->commit.commit);
    node = parent.next() ? read_node(db, repo, parent.text(0)) : std::nullopt;
  }
  // Once one of the line lacks it, so do all below; mostly none does.
  const auto has = [&](const RangeCommit& each) { return is_ancestor(db, repo, oldest, each.sha); };
  if (!line.empty() && !has(line.back())) {
    line.erase(std::ranges::partition_point(line, has), line.end());
  }
  if (line.empty() && head != oldest) return {};
  line.push_back(first->commit);
  std::ranges::reverse(line);
  return line;
}

void read_evidence(Connection& db, const std::vector<TestId>& names, const Condition& condition,
                   RangeCommit& commit) {
  commit.counts = {};
  commit.listed = StepState::missing;
  commit.lacks = false;
  for (const auto& name : names) {
    auto row = db.query(
        "SELECT passed, failed, error, skipped, xfailed, xpassed, timed_out, crashed, infra"
        " FROM test_rollups WHERE commit_id = ? AND test_id = ?",
        commit.commit, name);
    if (!row.next()) continue;
    const auto counts = read_counts(row, 0);
    commit.counts = {counts.successes(), counts.failures(), counts[Outcome::skipped]};
    commit.listed = StepState::ok;
    if (!condition.plain()) commit.counts = counts_under(db, name, condition, commit.commit);
    return;
  }
  read_unlisted(db, commit);
}

bool is_ancestor(Connection& db, RepoId repo, const std::string& ancestor, const std::string& sha) {
  return db.number(
             "WITH RECURSIVE line (id, sha) AS ("
             " SELECT id, sha FROM repo_commits WHERE repo_id = ?1 AND sha = ?2"
             " UNION SELECT c.id, c.sha FROM line"
             "  CROSS JOIN repo_parents p ON p.commit_id = line.id"
             "  CROSS JOIN repo_commits c ON c.repo_id = ?1 AND c.sha = p.parent_sha"
             "  WHERE c.generation >= (SELECT generation FROM repo_commits"
             "   WHERE repo_id = ?1 AND sha = ?3))"
             " SELECT EXISTS (SELECT 1 FROM line WHERE sha = ?3)",
             repo, sha, ancestor) == 1;
}

}  // namespace testlooper::store
