#include "cli/prove_cluster.hpp"

#include <algorithm>
#include <ostream>

#include <nlohmann/json.hpp>

#include "cli/experiment_follow.hpp"
#include "net/percent.hpp"

namespace testlooper::cli {
namespace {

using Json = nlohmann::json;

// Their numbers; what never flaked is said.
std::vector<std::string> flaky_tests(const CliContext& context, const Json& page) {
  std::vector<std::string> tests;
  for (const auto& test : page.at("tests")) {
    if (!test.at("standing").get<std::string>().empty()) {
      tests.push_back(test.at("test").dump());
      continue;
    }
    context.out << test.at("suite").get<std::string>() << "/"
                << TestName{test.at("path"), test.at("name")}.id()
                << " is left out: it never passed and failed at one commit\n";
  }
  return tests;
}

Result<std::vector<ExperimentId>> start_proofs(const CliContext& context, const ApiClient& client,
                                               ExperimentRequest request,
                                               const std::vector<std::string>& tests) {
  request.risk /= static_cast<double>(tests.size());
  request.against = "known";
  std::vector<ExperimentId> proofs;
  for (const auto& test : tests) {
    request.test = test;
    const auto id = start_experiment(context, client, request);
    if (!id) return std::unexpected(id.error());
    proofs.push_back(*id);
  }
  return proofs;
}

}  // namespace

Result<ExperimentId> start_experiment(const CliContext& context, const ApiClient& client,
                                      const ExperimentRequest& request) {
  const auto id = client.start_experiment(request);
  if (!id) return id;
  context.out << "experiment " << id->value << "  "
              << client.page_url("/experiments/" + std::to_string(id->value)) << std::endl;
  return id;
}

int prove_cluster(const CliContext& context, const ApiClient& client, ExperimentRequest request,
                  const std::string& cluster, bool no_wait) {
  if (request.repo.empty()) {
    return say_error(context,
                     {ErrorKind::invalid, "say in which repository the cluster is", "--repo"});
  }
  const auto body = client.answer("GET", "/api/v1/repos/" + net::percent_encoded(request.repo) +
                                             "/clusters/" + net::percent_encoded(cluster));
  if (!body) return say_error(context, body.error());
  const auto page = Json::parse(*body, nullptr, false);
  if (!page.is_object() || !page.contains("tests")) {
    return say_error(context, {ErrorKind::invalid, "the server's answer is not understood", {}});
  }
  const auto tests = flaky_tests(context, page);
  if (tests.empty()) {
    return say_error(context, {ErrorKind::invalid, "none of its tests flakes", cluster});
  }
  const auto proofs = start_proofs(context, client, std::move(request), tests);
  if (!proofs) return say_error(context, proofs.error());
  int code = 0;
  for (const auto& id : *proofs) {
    if (!no_wait) code = std::max(code, follow_experiment(context, client, id));
  }
  return code;
}

}  // namespace testlooper::cli
