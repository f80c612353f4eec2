// Experiments, as commands use them. See api_client.hpp.
#include "cli/api_answers.hpp"
#include "cli/api_client.hpp"
#include "net/percent.hpp"

namespace testlooper::cli {
namespace {

pages::ExperimentSummary summary_of(const Json& json) {
  pages::ExperimentSummary summary;
  summary.id.value = json.at("id");
  summary.kind = json.at("kind");
  summary.standing = json.at("standing");
  summary.verdict = json.at("verdict");
  summary.answer = json.at("answer");
  summary.repo = json.at("repo");
  summary.suite = json.at("suite");
  summary.path = json.at("path");
  summary.name = json.at("name");
  summary.question = json.at("question");
  summary.runs = json.at("runs");
  summary.failures = json.at("failures");
  summary.max_runs = json.at("max_runs");
  return summary;
}

pages::DiagnosisArmSummary diagnosis_arm_of(const Json& json) {
  pages::DiagnosisArmSummary arm;
  arm.text = json.at("text");
  arm.runs = json.at("runs");
  arm.failures = json.at("failures");
  arm.rate_low = json.at("rate_low");
  arm.rate_high = json.at("rate_high");
  return arm;
}

// Only what `diagnose` shows of it.
pages::DiagnosisSummary diagnosis_of(const Json& json) {
  pages::DiagnosisSummary diagnosis;
  for (const auto& each : json.at("factors")) {
    pages::DiagnosisFactorSummary factor;
    factor.factor = each.at("factor");
    factor.standing = each.at("standing");
    factor.obstacle = each.at("obstacle");
    factor.often = diagnosis_arm_of(each.at("often"));
    factor.seldom = diagnosis_arm_of(each.at("seldom"));
    diagnosis.factors.push_back(std::move(factor));
  }
  for (const auto& test : json.at("tests")) diagnosis.tests.push_back(test.get<std::string>());
  diagnosis.reproduce_run = json.at("reproduce_run");
  diagnosis.reproduce_docker = json.at("reproduce_docker");
  diagnosis.needs_checkout = json.at("needs_checkout");
  if (const auto& arm = json.at("reproduced"); !arm.is_null()) {
    diagnosis.reproduced = diagnosis_arm_of(arm);
  }
  return diagnosis;
}

pages::ExperimentPage page_of(const Json& json) {
  pages::ExperimentPage page;
  page.experiment = summary_of(json.at("experiment"));
  page.in_flight = json.at("in_flight");
  page.given_up = json.at("given_up");
  page.skipped = json.at("skipped");
  page.runs_per_minute = json.at("runs_per_minute");
  page.ran_ms = json.at("ran_ms");
  page.none = json.at("none");
  for (const auto& each : json.at("arms")) {
    pages::ExperimentArmSummary arm;
    arm.arm = each.at("arm");
    arm.sha = each.at("sha");
    arm.subject = each.at("subject");
    arm.runs = each.at("runs");
    arm.failures = each.at("failures");
    arm.obstacle = each.at("obstacle");
    page.arms.push_back(std::move(arm));
  }
  for (const auto& each : json.at("commits")) {
    page.commits.push_back({each.at("sha"), each.at("subject"), each.at("probability"),
                            each.at("runs"), each.at("failures"), each.at("state")});
  }
  for (const auto& each : json.at("failures")) {
    pages::ExperimentFailure failure;
    failure.id.value = each.at("id");
    failure.sha = each.at("sha");
    failure.outcome = each.at("outcome");
    page.failures.push_back(std::move(failure));
  }
  if (const auto& diagnosis = json.at("diagnosis"); !diagnosis.is_null()) {
    page.diagnosis = diagnosis_of(diagnosis);
  }
  return page;
}

std::string path_of(ExperimentId id) { return "/api/v1/experiments/" + std::to_string(id.value); }

Result<void> done(const Result<net::HttpReply>& reply) {
  if (const auto json = checked(reply); !json) return std::unexpected(json.error());
  return {};
}

}  // namespace

Result<std::vector<ExperimentId>> ApiClient::start_experiments(
    const ExperimentRequest& request) const {
  const auto ids = [](const Json& json) {
    std::vector<ExperimentId> begun;
    for (const auto& id : json.at("experiments")) begun.push_back(ExperimentId{id});
    return begun;
  };
  return read<std::vector<ExperimentId>>(
      checked(http_.post("/api/v1/experiments", codec::api_json(request))), ids);
}

Result<pages::ExperimentPage> ApiClient::experiment(ExperimentId id) const {
  return read<pages::ExperimentPage>(checked(http_.get(path_of(id))), page_of);
}

Result<pages::ExperimentsPage> ApiClient::experiments(const ExperimentsQuery& query) const {
  auto path = "/api/v1/experiments?limit=" + std::to_string(query.limit);
  if (!query.repo.empty()) path += "&repo=" + net::percent_encoded(query.repo);
  if (!query.test.empty()) path += "&test=" + net::percent_encoded(query.test);
  return read<pages::ExperimentsPage>(checked(http_.get(path)), [](const Json& json) {
    pages::ExperimentsPage page;
    for (const auto& each : json.at("experiments")) page.experiments.push_back(summary_of(each));
    page.more = json.at("more");
    return page;
  });
}

Result<std::string> ApiClient::experiment_export(ExperimentId id) const {
  const auto reply = http_.get(path_of(id) + "/export");
  if (const auto json = checked(reply); !json) return std::unexpected(json.error());
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
