// Experiments, as commands use them. See api_client.hpp.
#include "cli/api_answers.hpp"
#include "cli/api_client.hpp"
#include "net/percent.hpp"

namespace testlooper::cli {

TL_ANSWER(pages::ExperimentSummary, id, kind, standing, verdict, answer, repo, suite, path, name,
          question, runs, failures, max_runs)
TL_ANSWER(pages::ExperimentsPage, experiments, more)
TL_ANSWER(pages::ExperimentArmSummary, arm, sha, subject, runs, failures, obstacle)
TL_ANSWER(pages::ExperimentCommit, sha, subject, probability, runs, failures, state)
TL_ANSWER(pages::ExperimentFailure, id, sha, outcome)
TL_ANSWER(pages::DiagnosisArmSummary, text, runs, failures, rate_low, rate_high)
TL_ANSWER(pages::DiagnosisFactorSummary, factor, standing, obstacle, often, seldom)
TL_ANSWER(pages::DiagnosisSummary, factors, tests, reproduce_run, reproduce_docker, needs_checkout,
          reproduced)
TL_ANSWER(pages::ExperimentPage, experiment, in_flight, given_up, skipped, runs_per_minute, ran_ms,
          none, arms, commits, failures, diagnosis)

namespace {

std::string path_of(ExperimentId id) { return "/api/v1/experiments/" + std::to_string(id.value); }

}  // namespace

Result<std::vector<ExperimentId>> ApiClient::start_experiments(
    const ExperimentRequest& request) const {
  return read<std::vector<ExperimentId>>(
      http_.post("/api/v1/experiments", codec::api_json(request)), "experiments");
}

Result<pages::ExperimentPage> ApiClient::experiment(ExperimentId id) const {
  return read<pages::ExperimentPage>(http_.get(path_of(id)));
}

Result<pages::ExperimentsPage> ApiClient::experiments(const ExperimentsQuery& query) const {
  auto path = "/api/v1/experiments?limit=" + std::to_string(query.limit);
  if (!query.repo.empty()) path += "&repo=" + net::percent_encoded(query.repo);
  if (!query.test.empty()) path += "&test=" + net::percent_encoded(query.test);
  return read<pages::ExperimentsPage>(http_.get(path));
}

Result<std::string> ApiClient::experiment_export(ExperimentId id) const {
  const auto reply = http_.get(path_of(id) + "/export");
  if (const auto good = done(reply); !good) return std::unexpected(good.error());
  return reply->body;
}

Result<void> ApiClient::order_experiment(ExperimentId id, const std::string& order) const {
  return done(http_.post(path_of(id) + "/" + order, R"({"requested_by": "cli"})"));
}

Result<void> ApiClient::continue_experiment(ExperimentId id,
                                            const codec::ExperimentMore& more) const {
  return done(http_.post(path_of(id) + "/continue", codec::api_json(more)));
}

}  // namespace testlooper::cli
