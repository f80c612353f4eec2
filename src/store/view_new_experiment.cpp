// What a request for an experiment means: names looked up, open parts filled in.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "testlooper/base/limits.hpp"

#include "core/experiment.hpp"
#include "core/experiment_text.hpp"
#include "lab/rate.hpp"
#include "store/commit_names.hpp"
#include "store/experiment_range.hpp"
#include "store/lineage.hpp"
#include "store/view_lab.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {
namespace {

Result<RepoRow> repo_meant(Connection& db, const std::string& name) {
  if (!name.empty()) return find_repo(db, name);
  const auto repos = read_repos(db);
  if (repos.size() == 1) return repos.front();
  if (repos.empty()) return not_found("there is no repository yet");
  std::string names;
  for (const auto& repo : repos) names += (names.empty() ? "" : ", ") + repo.name;
  return invalid("there are several repositories; name one of " + names, "repo");
}

// "" is the head of the primary branch.
Result<std::string> sha_meant(Connection& db, const RepoRow& repo, const std::string& name) {
  if (name.empty() && repo.primary_branch.empty()) {
    return not_found("the primary branch of " + repo.name + " is not known yet: name a commit");
  }
  const auto commit = commit_named(db, repo, name.empty() ? repo.primary_branch : name);
  if (!commit) return std::unexpected(commit.error());
  return commit_sha(db, *commit);
}

constexpr const char* kKnown = "known";  // the rate that the list of flaky tests tells

// ".05", "5%", "1e-3"; nothing where it may be a commit.
std::optional<double> rate_in(const std::string& text) {
  const bool is_rate = text.size() == 1 || text.starts_with('-') ||
                       text.find_first_of(".%") != std::string::npos || text.contains("e-");
  if (!is_rate) return std::nullopt;
  double rate = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (error != std::errc{}) return std::nullopt;
  const std::string rest(end, text.data() + text.size());
  if (rest == "%" || rest == " %") return rate / 100;
  return rest.empty() ? std::optional{rate} : std::nullopt;
}

class Meaning {
 public:
  Meaning(Connection& db, const RepoRow& repo, TestId test, const ExperimentRequest& request)
      : db_(db), repo_(repo), names_(names_of(db, test)), request_(request) {}

  Result<ExperimentQuestion> question() const {
    switch (request_.kind) {
      case ExperimentKind::hunt:
        return hunt();
      case ExperimentKind::prove:
        return prove();
      case ExperimentKind::bisect:
        return bisect();
      case ExperimentKind::diagnose:
        return diagnose();
    }
    return invalid("there is no such kind", "kind");
  }

 private:
  RangeCommit evidence(const std::string& sha) const {
    RangeCommit commit;
    commit.sha = sha;
    commit.commit = find_commit(db_, repo_.id, sha);
    read_evidence(db_, names_, request_.condition, commit);
    return commit;
  }

  // A commit that may have the test, as far as is known.
  Result<std::string> sha_with_test(const std::string& name) const {
    auto sha = sha_meant(db_, repo_, name);
    if (!sha) return sha;
    const bool fails_to_list = evidence(*sha).listed == StepState::failed;
    const bool was_listed = db_.number(
                                "SELECT EXISTS (SELECT 1 FROM test_rollups r JOIN repo_commits c"
                                " ON c.id = r.commit_id WHERE c.repo_id = ? AND c.sha = ?)",
                                repo_.id, *sha) == 1;
    if (fails_to_list && was_listed) {
      return invalid("commit " + core::short_sha(*sha) +
                     " does not have the test: it came later, or is gone, or has another name");
    }
    return sha;
  }

  Result<ExperimentQuestion> hunt() const {
    const auto sha = sha_with_test(request_.commit);
    if (!sha) return std::unexpected(sha.error());
    HuntQuestion question{*sha, request_.until_failures, request_.duration};
    const bool open =
        request_.until_failures == 0 && request_.duration == Seconds{0} && !request_.runs;
    if (open) question.until_failures = limits::kHuntFailures;
    return question;
  }

  Result<ExperimentQuestion> prove() const {
    const auto sha = sha_with_test(request_.commit);
    if (!sha) return std::unexpected(sha.error());
    ProveQuestion question;
    question.sha = *sha;
    question.risk = request_.risk;
    question.method = request_.method;
    if (request_.against.empty()) {
      return invalid("say at which rate it failed before, or name a commit where it did",
                     "against");
    }
    if (request_.against == kKnown) return against_known(std::move(question));
    if (const auto rate = rate_in(request_.against)) {
      question.old_rate = *rate;
      return question;
    }
    return against_commit(std::move(question));
  }

  Result<ExperimentQuestion> against_commit(ProveQuestion question) const {
    const auto against = sha_meant(db_, repo_, request_.against);
    if (!against) return std::unexpected(against.error());
    if (*against == question.sha) {
      return invalid("is the commit itself: name one before the fix", "against");
    }
    const auto counts = core::lab_counts(evidence(*against).counts);
    const auto at = core::short_sha(*against);
    if (counts.runs == 0) {
      const auto under = request_.condition.plain() ? "" : " under this condition";
      return invalid(
          "no run of the test" + std::string(under) + " at " + at + " is stored: hunt there first",
          "against");
    }
    if (counts.failures == 0) {
      return invalid("the test did not fail in " + core::runs_text(counts.runs) + " at " + at +
                         ": there is nothing to prove against",
                     "against");
    }
    if (counts.runs < limits::kAgainstRuns) {
      return invalid("only " + core::runs_text(counts.runs) + " of the test at " + at +
                         " are stored, perhaps the ones that struck somebody: hunt there first",
                     "against");
    }
    question.against_sha = *against;
    return against_runs(std::move(question), counts);
  }

  // The rate that the list of flaky tests tells of it.
  Result<ExperimentQuestion> against_known(ProveQuestion question) const {
    if (!request_.condition.plain()) {
      return invalid("what is known of it are ordinary runs: under a condition, name a rate",
                     "against");
    }
    for (const auto& name : names_) {
      auto row = db_.query("SELECT failures, runs FROM test_flaky WHERE test_id = ?", name);
      if (!row.next()) continue;
      const lab::Counts counts{row.integer(0), row.integer(1)};
      if (counts.failures > 0) return against_runs(std::move(question), counts);
      return invalid("it did not fail in " + core::runs_text(counts.runs) +
                         " since its rate changed: name the rate before",
                     "against");
    }
    return invalid("it is not on the list of flaky tests: name a rate, or a commit where it failed",
                   "against");
  }

  static Result<ExperimentQuestion> against_runs(ProveQuestion question, lab::Counts counts) {
    if (!(question.risk > 0 && question.risk < 1)) {
      return invalid("must be between 0 and 1", "risk");
    }
    question.against_failures = counts.failures;
    question.against_runs = counts.runs;
    question.old_rate = lab::clopper_pearson(counts, 1 - question.risk).low;
    return question;
  }

  Result<ExperimentQuestion> bisect() const {
    BisectQuestion question;
    question.confidence = request_.confidence;
    const auto bad = sha_with_test(request_.bad);
    if (!bad) return std::unexpected(bad.error());
    question.bad = *bad;
    if (request_.good.empty()) return question;
    const auto good = sha_meant(db_, repo_, request_.good);
    if (!good) return std::unexpected(good.error());
    question.good = *good;
    if (auto fits = check_ends(*good, *bad); !fits) return std::unexpected(fits.error());
    return question;
  }

  Result<ExperimentQuestion> diagnose() const {
    const auto sha = sha_with_test(request_.commit);
    if (!sha) return std::unexpected(sha.error());
    return DiagnoseQuestion{*sha, request_.effort};
  }

  Result<void> check_ends(const std::string& good, const std::string& bad) const {
    const auto short_good = core::short_sha(good);
    const auto short_bad = core::short_sha(bad);
    if (good == bad) return invalid("good and bad are the same commit, " + short_good);
    if (is_ancestor(db_, repo_.id, bad, good)) {
      return invalid("the ends are swapped: " + short_bad + " (bad) is an ancestor of " +
                     short_good + " (good)");
    }
    if (!is_ancestor(db_, repo_.id, good, bad)) {
      return invalid("good " + short_good + " is no ancestor of bad " + short_bad +
                     ", as far as their history is known here: name a commit that both have");
    }
    const auto range = read_range(db_, repo_.id, good, bad);
    const auto candidates = std::ranges::count(range, true, &RangeCommit::candidate);
    if (candidates < std::ssize(range) || std::cmp_less(candidates, limits::kBisectCommits)) {
      return {};
    }
    return invalid("there are more than " + std::to_string(limits::kBisectCommits) +
                   " commits between them: name a nearer good one");
  }

  Connection& db_;
  const RepoRow& repo_;
  std::vector<TestId> names_;
  const ExperimentRequest& request_;
};

std::int64_t bound_of(const NewExperiment& spec, const ExperimentRequest& request) {
  if (request.runs) return *request.runs;
  switch (request.kind) {
    case ExperimentKind::hunt:
      return request.duration > Seconds{0} ? limits::kExperimentRuns : limits::kHuntRuns;
    case ExperimentKind::bisect:
      return limits::kBisectRuns;
    case ExperimentKind::diagnose:
      return limits::kDiagnoseRuns * request.effort;
    case ExperimentKind::prove: {
      // Room for a rate between the old one and a tenth of it, which takes longest.
      const auto& question = std::get<ProveQuestion>(spec.question);
      const bool sound =
          question.old_rate > 0 && question.old_rate < 1 && question.risk > 0 && question.risk < 1;
      constexpr std::int64_t kTimes = 10, kLeast = 1'000;
      const auto expected = sound ? core::expected_runs(spec) : kLeast;
      return std::clamp(kTimes * expected, kLeast, limits::kExperimentRuns);
    }
  }
  return limits::kHuntRuns;
}

Result<NewExperiment> experiment_of(Connection& db, const RepoRow& repo, TestId test,
                                    const ExperimentRequest& request) {
  auto question = Meaning{db, repo, test, request}.question();
  if (!question) return std::unexpected(question.error());
  NewExperiment spec;
  spec.repo = repo.id;
  spec.test = test;
  spec.question = std::move(*question);
  spec.in_flight = request.in_flight.value_or(limits::kExperimentInFlight);
  spec.background = request.background;
  spec.requested_by = request.requested_by;
  spec.condition = request.condition;
  spec.max_runs = bound_of(spec, request);
  return spec;
}

// What was proven fixed has no rate to be proven against.
Result<std::vector<pages::ClusterTest>> flaky_tests_of(Connection& db, const RepoRow& repo,
                                                       const std::string& cluster) {
  auto page = cluster_page(db, repo.name, cluster);
  if (!page) return std::unexpected(page.error());
  std::erase_if(page->tests, [](const auto& test) { return test.standing != "flaky"; });
  if (page->tests.empty()) return invalid("none of its tests is known to flake now", "cluster");
  return std::move(page->tests);
}

// Each has its share of the risk, so that all of them together have it.
Result<std::vector<NewExperiment>> proofs_of(Connection& db, const RepoRow& repo,
                                             ExperimentRequest request) {
  const auto tests = flaky_tests_of(db, repo, request.cluster);
  if (!tests) return std::unexpected(tests.error());
  request.against = kKnown;
  request.risk /= static_cast<double>(tests->size());
  std::vector<NewExperiment> proofs;
  for (const auto& test : *tests) {
    auto proof = experiment_of(db, repo, test.test, request);
    if (!proof) {
      return fail(proof.error().kind, test.suite + "/" + TestName{test.path, test.name}.id() +
                                          ": " + proof.error().text());
    }
    proofs.push_back(std::move(*proof));
  }
  return proofs;
}

}  // namespace

Result<std::vector<NewExperiment>> new_experiments(Connection& db,
                                                   const ExperimentRequest& request) {
  const auto repo = repo_meant(db, request.repo);
  if (!repo) return std::unexpected(repo.error());
  if (!request.cluster.empty()) return proofs_of(db, *repo, request);
  const auto test = find_test(db, *repo, request.test);
  if (!test) return std::unexpected(test.error());
  auto spec = experiment_of(db, *repo, *test, request);
  if (!spec) return std::unexpected(spec.error());
  return std::vector{std::move(*spec)};
}

}  // namespace testlooper::store
